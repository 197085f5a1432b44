package org.almaflow.local;

import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.almaflow.cluster.FlinkRest;
import org.almaflow.pipeline.AlmaflowJob;
import org.almaflow.pipeline.JobOption;
import org.almaflow.pipeline.JobOptions;
import org.almaflow.pipeline.JobOptionsException;
import org.almaflow.pipeline.member.NativeMemory;
import org.apache.flink.configuration.MemorySize;
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
            "The topics must exist, and the storage must be reachable by every TaskManager.",
            "When a cluster loses its JobManager, --from last goes on with the last checkpoint of"
                    + " the run; --supervise stays and does so by itself."
        },
        footerHeading = "%nExample:%n",
        footer = {
            "  alma submit experiment.yaml --flink http://127.0.0.1:8081 \\",
            "      --kafka 127.0.0.1:9092 --storage file:///data/alma",
            "  alma submit experiment.yaml --run ID --from last",
            "  alma stop --run ID",
            "  alma submit changed.yaml --run ID --from"
                    + " file:///data/alma/runs/ID/savepoints/savepoint-1a2b3c"
        })
final class SubmitCommand implements Callable<Integer> {
    /** Key of the cluster's configuration that names the storage. */
    static final String STORAGE = "alma.storage";

    @Parameters(
            arity = "0..1",
            paramLabel = "EXPERIMENT",
            description = "Experiment file (default: " + ExperimentFile.DEFAULT + ").")
    private Path experiment;

    @Mixin private FlinkOptions flink;

    @Mixin private KafkaOptions kafka;

    @Option(
            names = "--storage",
            paramLabel = "URI",
            description = {
                "Folder for chunk and model files, the same for every TaskManager (default: what"
                        + " the cluster's configuration has as "
                        + STORAGE
                        + ")."
            })
    private String storage;

    @Option(
            names = "--run",
            paramLabel = "ID",
            description = "Id of the run; the same id continues the same run (default: a new one).")
    private String run;

    @Option(
            names = "--from",
            paramLabel = "last|URI",
            description = {
                "Go on with the run (name it with --run): from its last checkpoint, or from a"
                        + " checkpoint or savepoint by its URI.",
                "The experiment may have changed: learners that are new begin with the first"
                    + " arrival, those that are gone are dropped, one that has changed is refused."
            })
    private String from;

    @Option(
            names = "--restart-learner",
            paramLabel = "ID",
            description =
                    "With --from: start this learner anew instead of from its state; may be"
                            + " repeated.")
    private List<String> restartLearners = new ArrayList<>();

    @Option(
            names = "--supervise",
            description = {
                "Stay until the job ends; when the cluster loses it, submit it again from the last"
                        + " checkpoint."
            })
    private boolean supervise;

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
    public Integer call() {
        if (from != null && run == null) {
            throw new UsageException("--from goes on with a run; name it with --run");
        }
        ExperimentFile file =
                ExperimentFile.read(experiment)
                        .with(seed == null ? Map.of() : Map.of("seed", seed));
        file.requireFitIfKnown();
        String id =
                run == null
                        ? RunId.of(file.experiment().name(), Clock.system(ZoneId.systemDefault()))
                        : run;
        JobOptions options = options(file, id, storage == null ? null : DemoOptions.uri(storage));
        Path job = jar(jar);
        FlinkRest cluster = flink.cluster();
        PrintWriter out = spec.commandLine().getOut();
        file.warnings().forEach(out::println);
        out.println("Flink %s at %s".formatted(cluster.version(), flink.url()));
        if (options == null) {
            options = options(file, id, configuredStorage(cluster));
        }
        requireMemory(options, cluster);
        options = spread(options, cluster);
        out.println(slots(AlmaflowJob.slots(file.experiment(), options), cluster.freeSlots()));
        RunJob runJob = new RunJob(cluster, job, file.experiment(), options, out::println);
        String submitted = runJob.submit(Optional.ofNullable(from));
        return supervise ? new Supervision(runJob, cluster, out::println).follow(submitted) : 0;
    }

    /** Where the cluster's configuration says what TaskManagers have; else Train says it. */
    private static void requireMemory(JobOptions options, FlinkRest cluster) {
        cluster.configuration(NativeMemory.KEY)
                .flatMap(size -> NativeMemory.refusal(options, MemorySize.parse(size)))
                .ifPresent(
                        why -> {
                            throw new UsageException(why);
                        });
    }

    /** Where the option leaves it open: a task slot for each TaskManager, or for each GPU. */
    private static JobOptions spread(JobOptions options, FlinkRest cluster) {
        if (options.learnerSlots() != JobOptions.CHOOSE) {
            return options;
        }
        int places =
                options.gpu() ? cluster.free(JobOptions.GPU_RESOURCE) : cluster.freeTaskManagers();
        return options.with(JobOption.LEARNER_SLOTS, Integer.toString(Math.max(1, places)));
    }

    private static String slots(int needed, int free) {
        return needed > free
                ? "task slots: %d, of which the cluster has %d free; the job waits for the others"
                        .formatted(needed, free)
                : "task slots: %d".formatted(needed);
    }

    /** The storage of a cluster that was told one. */
    static URI configuredStorage(FlinkRest cluster) {
        return cluster.configuration(STORAGE)
                .map(DemoOptions::uri)
                .orElseThrow(
                        () ->
                                new UsageException(
                                        "--storage: name a folder that every TaskManager reaches, or set %s in the cluster's configuration"
                                                .formatted(STORAGE)));
    }

    /** Null when the storage is not known yet; everything else is checked in any case. */
    private JobOptions options(ExperimentFile file, String id, URI folder) {
        try {
            JobOptions options =
                    JobOptions.of(
                                    file.text(),
                                    kafka.brokers(),
                                    folder == null ? URI.create("file:///") : folder,
                                    id)
                            .with(JobOption.TOPIC_PREFIX, kafka.topics().prefix())
                            .withKafka(kafka.extraProperties());
            if (from != null) {
                options = options.with(JobOption.FROM, from);
            }
            options = options.with(JobOption.RESTART_LEARNER, String.join(",", restartLearners));
            options = with(options, jobOptions);
            return folder == null ? null : options;
        } catch (JobOptionsException e) {
            throw new UsageException(e.getMessage(), e);
        }
    }

    /**
     * The job's options with those that the command line has as NAME=VALUE.
     *
     * @throws UsageException when there is no such option, or its value is wrong
     */
    static JobOptions with(JobOptions options, Map<String, String> given) {
        JobOptions all = options;
        try {
            for (Map.Entry<String, String> one : given.entrySet()) {
                all = all.with(option(JobOption.values(), one.getKey()), one.getValue());
            }
            return all;
        } catch (JobOptionsException e) {
            throw new UsageException(e.getMessage(), e);
        }
    }

    /** The option of a job that is called so. */
    static <O extends org.almaflow.pipeline.Option> O option(O[] known, String key) {
        return Stream.of(known)
                .filter(option -> option.key().equals(key))
                .findFirst()
                .orElseThrow(
                        () ->
                                new UsageException(
                                        "--job-option: there is no option '%s'; there are %s"
                                                .formatted(
                                                        key,
                                                        Stream.of(known)
                                                                .map(option -> option.key())
                                                                .toList())));
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
