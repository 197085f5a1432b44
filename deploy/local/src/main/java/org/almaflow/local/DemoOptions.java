package org.almaflow.local;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.almaflow.pipeline.JobOption;
import org.almaflow.pipeline.JobOptions;
import org.almaflow.schemas.Topics;
import picocli.CommandLine.Option;

/** Options of {@code alma demo}. */
final class DemoOptions {
    @Option(
            names = "--experiment",
            paramLabel = "FILE",
            description = "Experiment to run (default: " + ExperimentFile.DEFAULT + ").")
    private Path experiment;

    @Option(
            names = "--dataset",
            paramLabel = "NAME",
            description = {
                "Data set in the place of the experiment's, such as the path of other text; of the"
                        + " same kind."
            })
    private String dataset;

    @Option(
            names = "--chunks",
            paramLabel = "N",
            description = "Number of chunks (default: the experiment's).")
    private Integer chunks;

    @Option(
            names = "--interval",
            paramLabel = "D",
            converter = Spans.class,
            description = {
                "Time between two arrivals, such as 500ms, 2s, or 0 for as fast as possible"
                        + " (default: the experiment's)."
            })
    private Duration interval;

    @Option(
            names = "--seed",
            paramLabel = "N",
            description = "Seed of the learners (default: the experiment's).")
    private Long seed;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description = "Output folder (default: alma-out/ and the id of the run).")
    private Path out;

    @Option(
            names = "--resume",
            description = {
                "Go on with the run in the folder --out, or begin one that can be gone on with when"
                        + " it is interrupted."
            })
    private boolean resume;

    @Option(
            names = {"-O", "--job-option"},
            paramLabel = "NAME=VALUE",
            description = "Further options of the job, such as checkpoint-interval=\"10 s\".")
    private Map<String, String> jobOptions = new LinkedHashMap<>();

    @Option(
            names = "--kafka",
            paramLabel = "HOST:PORT",
            description = {
                "Use a running broker instead of the embedded one; topics that are missing are"
                        + " created."
            })
    private String kafka;

    @Option(
            names = "--kafka-config",
            paramLabel = "FILE",
            description = "Kafka client properties for that broker, such as those of security.")
    private Path kafkaConfig;

    @Option(
            names = {"--topic-prefix", "--prefix"},
            paramLabel = "NAME",
            defaultValue = Topics.DEFAULT_PREFIX,
            description = "What the names of the topics begin with (default: ${DEFAULT-VALUE}).")
    private String prefix;

    @Option(
            names = "--storage",
            paramLabel = "DIR",
            description = "Folder for chunk and model files (default: the output folder).")
    private String storage;

    @Option(
            names = "--cache",
            paramLabel = "DIR",
            description =
                    "Folder that keeps fetched data sets (default: ~/.cache/almaflow/datasets).")
    private Path cache;

    @Option(
            names = "--native-memory",
            paramLabel = "SIZE",
            description =
                    "Memory outside the heap that training may take, such as 1g (default: no"
                            + " limit).")
    private String nativeMemory;

    @Option(
            names = "--web-port",
            paramLabel = "PORT",
            description = "Port of Flink's web UI (default: a free one from 8081 on).")
    private Integer webPort;

    @Option(names = "--no-progress", description = "Print only the summary.")
    private boolean noProgress;

    @Option(
            names = "--predict",
            negatable = true,
            description = {
                "Answer 'alma predict' while the demo runs (default: with the embedded broker only,"
                        + " because a broker of its own may have a predictor already)."
            })
    private Boolean predict;

    @Option(names = "--no-dashboard", description = "Show no web page of the run while it goes on.")
    private boolean noDashboard;

    @Option(
            names = "--dashboard-port",
            paramLabel = "PORT",
            defaultValue = "0",
            description = "Port of that page (default: a free one).")
    private int dashboardPort;

    /** Whether a page shows the run while it goes on. */
    boolean dashboard() {
        return !noDashboard;
    }

    /** Port of that page; 0: any. */
    int dashboardPort() {
        return DashboardCommand.port("--dashboard-port", dashboardPort);
    }

    /** Whether a predictor runs beside the learners. */
    boolean predicts() {
        return predict == null ? kafka == null : predict;
    }

    /** The experiment with what the options change. */
    ExperimentFile experimentFile() {
        Map<String, Object> changes = new LinkedHashMap<>();
        if (dataset != null) {
            changes.put("stream.dataset", dataset);
        }
        if (chunks != null) {
            changes.put("stream.chunks", positive("--chunks", chunks));
        }
        if (interval != null) {
            changes.put("stream.arrival", ExperimentFile.arrival(interval));
        }
        if (seed != null) {
            changes.put("seed", seed);
        }
        return ExperimentFile.read(experiment).with(changes);
    }

    static int positive(String option, int value) {
        if (value < 1) {
            throw new UsageException("%s: %d is too few; give 1 or more".formatted(option, value));
        }
        return value;
    }

    /** Where the files of this run go. */
    Path out(String run) {
        return out == null ? Path.of("alma-out", run) : out;
    }

    /** Address of the user's broker; null for the embedded one. */
    String broker() {
        String listed = kafkaProperties().get("bootstrap.servers");
        return kafka == null ? listed : KafkaOptions.broker(kafka);
    }

    /** Further properties of Kafka clients. */
    Map<String, String> kafkaProperties() {
        return new HashMap<>(KafkaOptions.fromFile(kafkaConfig));
    }

    Topics topics() {
        try {
            return new Topics(prefix);
        } catch (IllegalArgumentException e) {
            throw new UsageException(e.getMessage(), e);
        }
    }

    /** Root of the chunk and model files. */
    URI storage(Path folder) {
        return storage == null ? folder.toUri() : uri(storage);
    }

    /** Chunk files of an embedded broker's stream are of no use when that broker is gone. */
    boolean discardsChunks() {
        return storage == null && broker() == null;
    }

    /** A URI as it is; the URI of a folder otherwise. */
    static URI uri(String place) {
        try {
            return place.matches("[a-z][a-z0-9+.-]+:.*")
                    ? URI.create(place)
                    : Path.of(place).toAbsolutePath().normalize().toUri();
        } catch (IllegalArgumentException e) {
            throw new UsageException(
                    "--storage: '%s' is neither a folder nor a URI such as s3://bucket/alma"
                            .formatted(place),
                    e);
        }
    }

    /** Whether to go on with the run in the output folder. */
    boolean resumes() {
        return resume;
    }

    /** The job's options with what the user said of them. */
    JobOptions job(JobOptions options) {
        JobOptions all =
                nativeMemory == null
                        ? options
                        : options.with(JobOption.NATIVE_MEMORY, nativeMemory);
        return SubmitCommand.with(all, jobOptions);
    }

    Path cache() {
        return cache;
    }

    String webPort() {
        if (webPort == null) {
            return LocalFlink.ANY_WEB_PORT;
        }
        if (webPort < 0 || webPort > 65_535) {
            throw new UsageException(
                    "--web-port: %d is no port; give 0 (any) to 65535".formatted(webPort));
        }
        return String.valueOf(webPort);
    }

    boolean progress() {
        return !noProgress;
    }

    /** Refuses early what would fail late. */
    void check() {
        topics();
        webPort();
        dashboardPort();
        job(JobOptions.of("-", "-", storage(Path.of("alma-out")), "check"));
        if (kafkaConfig != null && broker() == null) {
            throw new UsageException(
                    "--kafka-config is for a running broker; name it with --kafka HOST:PORT");
        }
        if (resume && (out == null || broker() != null)) {
            throw new UsageException(
                    out == null
                            ? "--resume goes on with a run in its output folder; name it with --out"
                            : "--resume needs the embedded broker's topics in the folder --out;"
                                    + " with --kafka use alma submit --from last");
        }
        if (cache != null && Files.isRegularFile(cache)) {
            throw new UsageException("--cache: %s is a file; name a folder".formatted(cache));
        }
    }
}
