package org.almaflow.local;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.almaflow.learning.experiment.Experiment;
import org.almaflow.learning.experiment.ExperimentException;
import org.almaflow.learning.experiment.ExperimentReader;
import org.almaflow.learning.experiment.LearnerCheck;
import org.almaflow.pipeline.store.Specs;
import org.almaflow.producer.dataset.KnownDataset;
import org.almaflow.schemas.FeatureSpec;

/**
 * The text of an experiment file and what it says.
 *
 * @param name how to call the file in errors
 */
record ExperimentFile(String name, String text, Experiment experiment) {
    /** Where the default experiment is, below the repository's root and among the resources. */
    static final String DEFAULT = "deploy/experiments/mnist-waiting.yaml";

    /**
     * Reads and validates a file; its engine is that of {@code --engine} where there is one, and a
     * data set that begins with {@code ./} lies beside it.
     *
     * @param file null for the default experiment
     * @throws UsageException when it cannot be read
     * @throws org.almaflow.learning.experiment.ExperimentException when it is wrong
     */
    static ExperimentFile read(Path file) {
        ExperimentFile read = file == null ? of(DEFAULT, defaultText()) : beside(file);
        return Installation.engine()
                .map(engine -> read.with(Map.of("engine", engine)))
                .orElse(read);
    }

    /** Absolute, so that it is the same where a copy of this text is read. */
    private static ExperimentFile beside(Path file) {
        ExperimentFile read = of(file.toString(), text(file));
        String dataset = read.experiment.stream().dataset();
        if (!dataset.startsWith("./")) {
            return read;
        }
        Path there = file.toAbsolutePath().resolveSibling(dataset).normalize();
        return read.with(Map.of("stream.dataset", there.toString()));
    }

    private static ExperimentFile of(String name, String text) {
        return new ExperimentFile(name, text, ExperimentReader.read(text, name));
    }

    private static String text(Path file) {
        try {
            return Files.readString(file, StandardCharsets.UTF_8);
        } catch (NoSuchFileException e) {
            throw new UsageException(
                    "experiment file %s does not exist; see %s for one".formatted(file, DEFAULT),
                    e);
        } catch (CharacterCodingException e) {
            throw new UsageException(
                    "experiment file %s is no text in UTF-8; see %s for one"
                            .formatted(file, DEFAULT),
                    e);
        } catch (IOException e) {
            String why = Files.isDirectory(file) ? "it is a folder" : "permission denied?";
            throw new UsageException("cannot read experiment file %s (%s)".formatted(file, why), e);
        }
    }

    /** The launcher's repository comes first, so that an edited file is the one that runs. */
    private static String defaultText() {
        String home = System.getProperty("alma.home");
        if (home != null && Files.isReadable(Path.of(home, DEFAULT))) {
            return text(Path.of(home, DEFAULT));
        }
        try (InputStream in = ExperimentFile.class.getResourceAsStream("/mnist-waiting.yaml")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** This experiment with other values at some paths, such as {@code stream.chunks}. */
    ExperimentFile with(Map<String, Object> values) {
        return values.isEmpty() ? this : of(name, ExperimentReader.with(text, name, values));
    }

    /** What it can hardly mean, for people. */
    List<String> warnings() {
        return LearnerCheck.doubts(experiment).stream().map(doubt -> "warning: " + doubt).toList();
    }

    /**
     * Refuses learners that cannot learn from the stream's data set, where its name says it all.
     */
    void requireFitIfKnown() {
        if (experiment.stream().text().isEmpty()) {
            KnownDataset.spec(experiment.stream().dataset()).ifPresent(this::requireFit);
        }
    }

    /**
     * Refuses learners that cannot learn from such examples.
     *
     * @throws org.almaflow.learning.experiment.ExperimentException naming the learner and its keys
     */
    void requireFit(FeatureSpec spec) {
        try {
            LearnerCheck.requireFit(experiment, Specs.input(spec), spec.getClasses());
        } catch (ExperimentException e) {
            throw new ExperimentException(name + ": " + e.getMessage(), e);
        }
    }

    /** The arrival section of a stream with chunks at this interval; zero: as fast as possible. */
    static Map<String, Object> arrival(Duration interval) {
        if (interval.isNegative()) {
            throw new UsageException("an interval cannot be negative; give 0, 500ms or 2s");
        }
        Map<String, Object> arrival = new LinkedHashMap<>();
        arrival.put("schedule", interval.isZero() ? "asap" : "fixed");
        if (!interval.isZero()) {
            arrival.put("interval", interval.toMillis() + "ms");
        }
        return arrival;
    }
}
