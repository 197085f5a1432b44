package org.almaflow.local;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.almaflow.learning.experiment.StreamSpec;
import org.almaflow.producer.Compression;
import org.almaflow.producer.ProduceSettings;
import org.almaflow.producer.ProduceSummary;
import org.almaflow.producer.Producer;
import org.almaflow.producer.ProgressListener;
import org.almaflow.producer.dataset.Dataset;
import org.almaflow.producer.dataset.Datasets;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code alma produce}. */
@Command(
        name = "produce",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = {
            "Publish a data set as a stream of chunks.",
            "The stream is an experiment's; options replace what the file says. Stopped and run"
                    + " again, it continues with the first chunk that is not in the topic."
        },
        footerHeading = "%nExample:%n",
        footer = {
            "  alma produce --kafka 127.0.0.1:9092 --interval 2s",
            "  alma produce --dataset people.csv --label-column job --stream people --chunks 20",
            "  alma produce --dataset book.txt --tokens characters --stream book --chunks 8"
        })
final class ProduceCommand implements Callable<Integer> {
    @Parameters(
            arity = "0..1",
            paramLabel = "EXPERIMENT",
            description = "Experiment file (default: " + ExperimentFile.DEFAULT + ").")
    private Path experiment;

    @Mixin private KafkaOptions kafka;

    @Option(names = "--stream", paramLabel = "NAME", description = "Name of the stream.")
    private String stream;

    @Option(
            names = "--dataset",
            paramLabel = "NAME",
            description = {
                "Name of a known data set, or path of a folder of class-named sub-folders with"
                        + " images, of a CSV file, or of text (see --tokens)."
            })
    private String dataset;

    @Option(
            names = "--label-column",
            paramLabel = "NAME",
            description = "Column of a CSV file that holds the label.")
    private String labelColumn;

    @Option(
            names = "--tokens",
            paramLabel = "KIND",
            description = {
                "Read the data set as text: a UTF-8 text file, or a folder of files .txt, .text or"
                        + " .md. A token is one of characters, bpe (byte pairs)."
            })
    private String tokens;

    @Option(
            names = "--vocabulary",
            paramLabel = "N",
            description = "Tokens of a byte-pair vocabulary, at most (default: 2048).")
    private Integer vocabulary;

    @Option(
            names = "--sequence",
            paramLabel = "N",
            description = "Targets of a sequence of text (default: 128).")
    private Integer sequence;

    @Option(names = "--chunks", paramLabel = "N", description = "Number of chunks.")
    private Integer chunks;

    @Option(
            names = "--stream-seed",
            paramLabel = "N",
            description = "Seed of the permutation that deals the examples into chunks.")
    private Long seed;

    @Option(
            names = "--interval",
            paramLabel = "D",
            converter = Spans.class,
            description = "Time between two chunks, such as 500ms, 2s; 0: as fast as possible.")
    private Duration interval;

    @Option(
            names = "--poisson",
            description = "Make --interval the mean of exponentially distributed intervals.")
    private boolean poisson;

    @Option(
            names = "--timetable",
            paramLabel = "FILE",
            description = "CSV file of the times at which chunks come.")
    private Path timetable;

    @Option(
            names = "--leave-out",
            paramLabel = "N",
            split = ",",
            description = {
                "Chunks that are not published, such as 3,7; the others keep their content and"
                        + " order, and move up. For a stream of its own: see docs/operations.md."
            })
    private List<Integer> leaveOut = new ArrayList<>();

    @Option(names = "--loop", description = "Start again after the last chunk, for ever.")
    private boolean loop;

    @Option(
            names = "--compression",
            paramLabel = "NAME",
            defaultValue = "lz4",
            description = "One of none, lz4, zstd (default: ${DEFAULT-VALUE}).")
    private Compression compression;

    @Option(
            names = "--max-slice-bytes",
            paramLabel = "N",
            defaultValue = "" + ProduceSettings.DEFAULT_MAX_SLICE_BYTES,
            description = {
                "Largest Kafka record, before compression; below the brokers' message.max.bytes"
                        + " (default: ${DEFAULT-VALUE})."
            })
    private int maxSliceBytes;

    @Option(
            names = "--cache",
            paramLabel = "DIR",
            description = "Folder that keeps data sets (default: ~/.cache/almaflow/datasets).")
    private Path cache;

    @Spec private CommandSpec spec;

    @Override
    public Integer call() {
        StreamSpec plan = ExperimentFile.read(experiment).with(changes()).experiment().stream();
        ProduceSettings settings =
                Publishing.of(plan, kafka.brokers(), kafka.topics(), kafka.extraProperties())
                        .without(leaveOut)
                        .withSlices(
                                compression,
                                DemoOptions.positive("--max-slice-bytes", maxSliceBytes));
        StopSignal stop = new StopSignal();
        return StopOnSignal.whileRunning(stop, () -> produce(plan, settings, stop));
    }

    private Map<String, Object> changes() {
        Map<String, Object> changes = new LinkedHashMap<>();
        put(changes, "name", stream);
        put(changes, "dataset", dataset);
        put(changes, "label_column", labelColumn);
        put(changes, "text.tokens", tokens);
        put(changes, "text.vocabulary", vocabulary);
        put(changes, "text.sequence", sequence);
        put(changes, "chunks", chunks == null ? null : DemoOptions.positive("--chunks", chunks));
        put(changes, "seed", seed);
        put(changes, "loop", loop ? true : null);
        put(changes, "arrival", arrival());
        return changes;
    }

    private static void put(Map<String, Object> changes, String key, Object value) {
        if (value != null) {
            changes.put("stream." + key, value);
        }
    }

    private Map<String, Object> arrival() {
        if (timetable != null && (interval != null || poisson)) {
            throw new UsageException("--timetable says when chunks come; leave --interval away");
        }
        if (poisson && (interval == null || interval.isZero())) {
            throw new UsageException("--poisson needs a mean; add --interval, such as 2s");
        }
        if (timetable != null) {
            return Map.of("schedule", "timetable", "timetable", timetable.toString());
        }
        if (interval == null) {
            return null;
        }
        Map<String, Object> arrival = ExperimentFile.arrival(interval);
        arrival.replace("schedule", "fixed", poisson ? "poisson" : "fixed");
        return arrival;
    }

    private int produce(StreamSpec plan, ProduceSettings settings, StopSignal stop) {
        PrintWriter out = spec.commandLine().getOut();
        Terminal terminal = Terminal.of(out);
        try {
            Dataset data = stop.interruptibly(() -> load(plan, terminal));
            ProgressListener listener = ProgressListener.to(System.out, terminal.live());
            ProduceSummary done = stop.interruptibly(() -> publish(settings, data, listener));
            out.println(
                    String.format(
                            Locale.ROOT,
                            "stream %s is published: %d chunks and %,d examples this time",
                            plan.name(),
                            done.chunks(),
                            done.examples()));
            return 0;
        } catch (StopSignal.StoppedException e) {
            out.println("stopped; run the same command again to continue");
            return DemoRun.STOPPED;
        }
    }

    private Dataset load(StreamSpec plan, Terminal terminal) {
        Display display = Display.on(terminal, false);
        Dataset loaded =
                Datasets.load(
                        Publishing.data(plan, cache),
                        new DatasetConsole(display::step, display::say, System::nanoTime));
        display.rest();
        return loaded;
    }

    private static ProduceSummary publish(
            ProduceSettings settings, Dataset data, ProgressListener listener) {
        try {
            return Producer.run(settings, data, listener);
        } catch (InterruptedException e) {
            throw new FailureException("the producer was interrupted", e);
        }
    }
}
