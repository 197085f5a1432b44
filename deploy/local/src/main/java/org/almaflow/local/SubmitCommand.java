package org.almaflow.local;

import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.almaflow.pipeline.JobOption;
import org.almaflow.pipeline.JobOptions;
import org.almaflow.pipeline.JobOptionsException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code alma submit}. */
@Command(
        name = "submit",
        subcommands = SubmitPredictCommand.class,
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = {
            "Run an experiment's job on a Flink cluster.",
            "The topics must exist, and the storage must be reachable by every TaskManager."
        },
        footerHeading = "%nExample:%n",
        footer = {
            "  alma submit experiment.yaml --flink http://127.0.0.1:8081 \\",
            "      --kafka 127.0.0.1:9092 --storage file:///data/alma"
        })
final class SubmitCommand implements Runnable {
    private static final String MAIN_CLASS = "org.almaflow.pipeline.AlmaflowJob";

    @Parameters(
            arity = "0..1",
            paramLabel = "EXPERIMENT",
            description = "Experiment file (default: " + ExperimentFile.DEFAULT + ").")
    private Path experiment;

    @Option(
            names = "--flink",
            paramLabel = "URL",
            defaultValue = "http://127.0.0.1:8081",
            description = "Address of Flink's web UI (default: ${DEFAULT-VALUE}).")
    private String flink;

    @Mixin private KafkaOptions kafka;

    @Option(
            names = "--storage",
            paramLabel = "URI",
            description = "Folder for chunk and model files, the same for every TaskManager.")
    private String storage;

    @Option(
            names = "--run",
            paramLabel = "ID",
            description = "Id of the run; the same id continues the same run (default: a new one).")
    private String run;

    @Option(
            names = "--seed",
            paramLabel = "N",
            description = "Seed of the learners (default: the experiment's).")
    private Long seed;

    @Option(
            names = {"-O", "--job-option"},
            paramLabel = "NAME=VALUE",
            description = "Further options of the job, such as checkpoint-interval=\"5 s\".")
    private Map<String, String> jobOptions = new LinkedHashMap<>();

    @Option(
            names = "--jar",
            paramLabel = "FILE",
            description = "Job jar (default: the one in the folder job beside alma.jar).")
    private Path jar;

    @Spec private CommandSpec spec;

    @Override
    public void run() {
        if (storage == null) {
            throw new UsageException(
                    "missing required option: '--storage=URI'; name a folder that every TaskManager"
                            + " reaches");
        }
        ExperimentFile file =
                ExperimentFile.read(experiment)
                        .with(seed == null ? Map.of() : Map.of("seed", seed));
        String id =
                run == null
                        ? RunId.of(file.experiment().name(), Clock.system(ZoneId.systemDefault()))
                        : run;
        String[] args = options(file, id).toArgs();
        Path job = jar(jar);
        FlinkRest cluster = new FlinkRest(address(flink));
        PrintWriter out = spec.commandLine().getOut();
        out.println("Flink %s at %s".formatted(cluster.version(), flink));
        String uploaded = cluster.upload(job);
        out.println("uploaded %s".formatted(job.getFileName()));
        out.println("run %s".formatted(id));
        out.println("job %s".formatted(cluster.run(uploaded, MAIN_CLASS, List.of(args))));
    }

    private JobOptions options(ExperimentFile file, String id) {
        try {
            JobOptions options =
                    JobOptions.of(file.text(), kafka.brokers(), DemoOptions.uri(storage), id)
                            .with(JobOption.TOPIC_PREFIX, kafka.topics().prefix())
                            .withKafka(kafka.extraProperties());
            for (Map.Entry<String, String> one : jobOptions.entrySet()) {
                options = options.with(option(one.getKey()), one.getValue());
            }
            return options;
        } catch (JobOptionsException e) {
            throw new UsageException(e.getMessage(), e);
        }
    }

    private static JobOption option(String key) {
        return Stream.of(JobOption.values())
                .filter(option -> option.key().equals(key))
                .findFirst()
                .orElseThrow(
                        () ->
                                new UsageException(
                                        "--job-option: there is no option '%s'; there are %s"
                                                .formatted(
                                                        key,
                                                        Stream.of(JobOption.values())
                                                                .map(JobOption::key)
                                                                .toList())));
    }

    /** The address of a cluster's web UI. */
    static URI address(String flink) {
        try {
            URI address = new URI(flink.replaceAll("/+$", ""));
            if (address.getHost() != null
                    && String.valueOf(address.getScheme()).startsWith("http")) {
                return address;
            }
        } catch (URISyntaxException e) {
            throw noAddress(flink, e);
        }
        throw noAddress(flink, null);
    }

    private static UsageException noAddress(String flink, Exception cause) {
        return new UsageException(
                "--flink: '%s' is no address; write http://HOST:PORT".formatted(flink), cause);
    }

    /**
     * The jar to run.
     *
     * @param jar as given; null for the one that the build made
     */
    static Path jar(Path jar) {
        return jar == null ? packagedJar() : existing(jar);
    }

    private static Path existing(Path jar) {
        if (!Files.isRegularFile(jar)) {
            throw new UsageException("--jar: there is no file %s".formatted(jar));
        }
        return jar;
    }

    /** Beside alma.jar, as the build lays it out. */
    private static Path packagedJar() {
        Path folder = Installation.folder().resolve("job");
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".jar"))
                    .findFirst()
                    .orElseThrow(() -> new IOException("no jar"));
        } catch (IOException e) {
            throw new FailureException(
                    "there is no job jar in %s; build it with ./mvnw package, or name one with --jar"
                            .formatted(folder),
                    e);
        }
    }
}
