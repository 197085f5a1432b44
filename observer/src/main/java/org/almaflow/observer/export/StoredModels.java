package org.almaflow.observer.export;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.almaflow.observer.report.ReportException;

/** The model files of a learner in a demo's folder, oldest first. */
final class StoredModels {
    private static final Pattern NAME =
            Pattern.compile("member-(\\d{1,6})-([0-9a-f]{64})\\.safetensors");
    private static final int LONGEST_HEADER = 64 << 20;
    private static final ObjectMapper JSON = new ObjectMapper();

    private StoredModels() {}

    static List<TrackedRun.ModelRef> of(Path folder, String run, String learner) {
        Path models = folder.resolve("models").resolve(run).resolve(learner);
        if (!Files.isDirectory(models)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(models)) {
            return files.filter(file -> NAME.matcher(name(file)).matches())
                    .sorted(
                            Comparator.comparingLong(StoredModels::modified)
                                    .thenComparing(StoredModels::name))
                    .map(StoredModels::reference)
                    .toList();
        } catch (IOException e) {
            throw new ReportException("cannot list %s (%s)".formatted(models, e.getMessage()), e);
        }
    }

    private static String name(Path file) {
        return file.getFileName().toString();
    }

    private static long modified(Path file) {
        return file.toFile().lastModified();
    }

    private static TrackedRun.ModelRef reference(Path file) {
        Matcher name = NAME.matcher(name(file));
        if (!name.matches()) {
            throw new IllegalArgumentException(name(file));
        }
        return new TrackedRun.ModelRef(
                0,
                Integer.parseInt(name.group(1)),
                file.toAbsolutePath().normalize().toString(),
                name.group(2),
                network(file));
    }

    /** The network spec in the file's header: a little-endian length, then JSON. */
    private static String network(Path file) {
        try (DataInputStream in = new DataInputStream(Files.newInputStream(file))) {
            long length = Long.reverseBytes(in.readLong());
            if (length < 2 || length > LONGEST_HEADER) {
                throw new IOException("its header has " + length + " bytes");
            }
            JsonNode header = JSON.readTree(in.readNBytes((int) length));
            return header.path("__metadata__").path("network").asText("");
        } catch (IOException e) {
            throw new ReportException(
                    "%s is no model file (%s); remove it".formatted(file, e.getMessage()), e);
        }
    }
}
