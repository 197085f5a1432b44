package org.almaflow.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.almaflow.cluster.ClusterProcess;
import org.almaflow.cluster.ClusterSettings;
import org.almaflow.cluster.Distribution;
import org.almaflow.cluster.LocalCluster;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A JobManager and a TaskManager that run job after job: nothing of a job stays when it ended. */
class RestartsIT {
    private static final int RESTARTS = 10;
    private static final Duration LONGEST = Duration.ofMinutes(2);
    private static final Pattern METASPACE = Pattern.compile("Metaspace\\s+used (\\d+)K");

    /** A class loader that stays would hold 15 MB of classes, and there would be ten. */
    private static final double METASPACE_GROWTH = 1.15;

    @TempDir Path folder;
    private LocalCluster cluster;
    private ClusterProcess producer;
    private String experiment;

    /** What a process holds when no job runs. */
    private record Held(Set<String> natives, long unpacked, int classLoaders, long metaspace) {}

    @BeforeEach
    void start() throws IOException {
        ClusterSettings settings =
                ClusterSettings.onFreePorts(folder.resolve("cluster").toAbsolutePath(), 1, 4);
        cluster = new LocalCluster(settings, new Distribution(AlmaProcess.home()));
        producer = new ClusterProcess(settings.folder(), "producer");
        cluster.up();
        experiment = TestingPoints.experiment(folder).toString();
    }

    @AfterEach
    void end() {
        producer.kill();
        cluster.processes().forEach(ClusterProcess::kill);
    }

    @Test
    void jobsLeaveNothingInTheirProcesses() throws Exception {
        runToItsEnd("first");
        runToItsEnd("second");
        Held before = held(cluster.taskManager(1));
        assertThat(before.natives()).anyMatch(path -> path.contains("nd4j"));
        Held manager = held(cluster.jobManager());

        beginEndlessRun();
        String from = "";
        for (int i = 0; i <= RESTARTS; i++) {
            String job = submit("endless", from);
            await().atMost(LONGEST).until(() -> checkpoints(job) > 1);
            cluster.flink().cancel(job);
            await().atMost(LONGEST)
                    .until(() -> cluster.flink().state(job).equals(Optional.of("CANCELED")));
            from = "last";
        }

        Held after = held(cluster.taskManager(1));
        assertThat(after.natives()).isEqualTo(before.natives());
        assertThat(after.unpacked()).isEqualTo(before.unpacked());
        assertNoMoreClasses(before, after);
        assertNoMoreClasses(manager, held(cluster.jobManager()));
    }

    private static void assertNoMoreClasses(Held before, Held after) {
        assertThat(after.classLoaders()).isLessThanOrEqualTo(before.classLoaders());
        assertThat((double) after.metaspace())
                .isLessThanOrEqualTo(METASPACE_GROWTH * before.metaspace());
    }

    private void runToItsEnd(String run) throws Exception {
        alma("topics", "create", "--kafka", cluster.kafka(), "--topic-prefix", run);
        alma("produce", experiment, "--kafka", cluster.kafka(), "--topic-prefix", run);
        String job = submit(run, "");
        await().atMost(LONGEST)
                .until(() -> cluster.flink().state(job).equals(Optional.of("FINISHED")));
    }

    private void beginEndlessRun() throws Exception {
        Path file = Path.of(experiment);
        Files.writeString(
                file, Files.readString(file).replace("chunks: 8}", "chunks: 8, loop: true}"));
        alma("topics", "create", "--kafka", cluster.kafka(), "--topic-prefix", "endless");
        producer.start(
                List.of(
                        "-Xmx256m",
                        "-jar",
                        AlmaProcess.home().resolve("alma.jar").toString(),
                        "produce",
                        experiment,
                        "--interval",
                        "500ms",
                        "--kafka",
                        cluster.kafka(),
                        "--topic-prefix",
                        "endless"));
    }

    /** Returns the id of the job. */
    private String submit(String run, String from) throws Exception {
        String[] begin = {
            "submit",
            experiment,
            "--run",
            run,
            "--kafka",
            cluster.kafka(),
            "--topic-prefix",
            run,
            "--flink",
            "http://127.0.0.1:" + cluster.settings().webPort()
        };
        Stream<String> more = from.isEmpty() ? Stream.of() : Stream.of("--from", from);
        String said = alma(Stream.concat(Stream.of(begin), more).toArray(String[]::new));
        return said.substring(said.lastIndexOf("job ") + "job ".length()).strip();
    }

    private String alma(String... args) throws Exception {
        AlmaProcess run = AlmaProcess.run(folder, args);
        assertThat(run.err()).isEmpty();
        assertThat(run.status()).isZero();
        return run.out();
    }

    private int checkpoints(String job) {
        return cluster.flink()
                .get("/jobs/" + job + "/checkpoints")
                .path("counts")
                .path("completed")
                .asInt();
    }

    /** Once the class loaders of ended jobs are gone, or at last. */
    private Held held(ClusterProcess process) throws Exception {
        long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        int loaders;
        do {
            jcmd(process, "GC.run");
            loaders = classLoaders(process);
        } while (loaders > 0 && System.nanoTime() < end);
        Matcher metaspace = METASPACE.matcher(jcmd(process, "GC.heap_info"));
        assertThat(metaspace.find()).isTrue();
        return new Held(natives(process), unpacked(), loaders, Long.parseLong(metaspace.group(1)));
    }

    /** Those of jobs. */
    private static int classLoaders(ClusterProcess process) throws Exception {
        return jcmd(process, "VM.classloader_stats").split("ChildFirstClassLoader", -1).length - 1;
    }

    /** Libraries that a process has mapped. */
    private static Set<String> natives(ClusterProcess process) throws IOException {
        Path maps = Path.of("/proc/%d/maps".formatted(process.pid()));
        return Files.readAllLines(maps).stream()
                .filter(line -> line.contains(".so"))
                .map(line -> line.substring(line.indexOf('/')))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** Files of natives that were unpacked on the way. */
    private long unpacked() throws IOException {
        Path home = Path.of(System.getProperty("user.home"), ".javacpp");
        return count(cluster.settings().folder().resolve("tmp")) + count(home);
    }

    private static long count(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.toString().contains(".so")).count();
        }
    }

    private static String jcmd(ClusterProcess of, String command) throws Exception {
        Process process =
                new ProcessBuilder(
                                System.getProperty("java.home") + "/bin/jcmd",
                                Long.toString(of.pid()),
                                command)
                        .redirectErrorStream(true)
                        .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        return said;
    }
}
