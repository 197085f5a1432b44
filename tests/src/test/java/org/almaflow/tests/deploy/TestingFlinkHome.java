package org.almaflow.tests.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.almaflow.cluster.ClusterSettings;
import org.almaflow.cluster.FlinkRest;
import org.almaflow.tests.AlmaProcess;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.GlobalConfiguration;

/**
 * Starts processes of a Flink home as Flink's scripts do: its lib as class path, its configuration,
 * and the JVM options that this names. Logs are JSON.
 */
final class TestingFlinkHome {
    private static final String PACKAGE = "org.apache.flink.";
    private static final Path DEPLOY = Path.of("../deploy/flink");

    private static final Duration LONGEST = Duration.ofMinutes(5);

    /** What Flink's libraries lack of its distribution; tests/pom.xml copies it. */
    private static final Path PARTS = Path.of("target/flink-distribution");

    /** What Flink's own distribution has not: all of ours and what comes with it. */
    private static final List<String> NOT_OF_FLINK =
            List.of(
                    "almaflow",
                    "nd4j",
                    "deeplearning4j",
                    "openblas",
                    "javacpp",
                    "guava-1.0.0-M",
                    "jackson-",
                    "protobuf",
                    "snakeyaml-2",
                    "commons-io",
                    "commons-lang3",
                    "commons-math3",
                    "kafka",
                    "avro",
                    "flink-avro",
                    "flink-connector-kafka",
                    "flink-metrics-prometheus",
                    "log4j-layout",
                    "scala",
                    "picocli",
                    "batik",
                    "xchart");

    private final Path home;
    private final Path logs;
    private final List<Process> started = new ArrayList<>();

    TestingFlinkHome(Path home, Path logs) {
        this.home = home;
        this.logs = logs;
    }

    /** A distribution's lib folder, and what {@code deploy/flink/install} adds to it. */
    static TestingFlinkHome installed(Path folder) throws IOException, InterruptedException {
        Path home = folder.resolve("flink");
        Path lib = Files.createDirectories(home.resolve("lib"));
        try (Stream<Path> jars = Files.list(AlmaProcess.home().resolve("lib"))) {
            for (Path jar : jars.toList()) {
                String name = jar.getFileName().toString();
                if (NOT_OF_FLINK.stream().noneMatch(name::startsWith)) {
                    Files.createSymbolicLink(lib.resolve(name), jar);
                }
            }
        }
        Files.copy(PARTS.resolve("flink-container.jar"), lib.resolve("flink-container.jar"));
        Process install =
                new ProcessBuilder(
                                "bash",
                                DEPLOY.resolve("install").toString(),
                                home.toString(),
                                AlmaProcess.home().toString())
                        .redirectErrorStream(true)
                        .start();
        String said = new String(install.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(install.waitFor()).as(said).isZero();
        return new TestingFlinkHome(home, folder.resolve("logs"));
    }

    Path home() {
        return home;
    }

    Path logs() {
        return logs;
    }

    /**
     * What {@code bin/start-cluster.sh} starts, a JobManager of a session and a TaskManager;
     * returns the address of Flink's web page once it answers.
     */
    URI session() throws IOException {
        int rpc = ClusterSettings.freePort();
        int web = ClusterSettings.freePort();
        List<String> arguments =
                managing("runtime.entrypoint.StandaloneSessionClusterEntrypoint", rpc, web);
        arguments.addAll(List.of("--executionMode", "cluster"));
        URI address = awaitAnswer(start("jobmanager", arguments), web);
        taskManager(rpc);
        return address;
    }

    private URI awaitAnswer(Process manager, int web) {
        URI address = URI.create("http://127.0.0.1:" + web);
        FlinkRest rest = new FlinkRest(address);
        await().atMost(LONGEST)
                .until(
                        () -> {
                            assertThat(manager.isAlive()).as(log()).isTrue();
                            return rest.answers();
                        });
        return address;
    }

    /** What {@code bin/standalone-job.sh start} runs, a JobManager of one job, once it answers. */
    Process application(int rpc, int web, Class<?> job, List<String> options) throws IOException {
        List<String> arguments =
                managing("container.entrypoint.StandaloneApplicationClusterEntryPoint", rpc, web);
        arguments.addAll(List.of("--job-classname", job.getName()));
        arguments.addAll(options);
        Process manager = start("jobmanager", arguments);
        var unused = awaitAnswer(manager, web);
        return manager;
    }

    private List<String> managing(String entry, int rpc, int web) {
        List<String> arguments = new ArrayList<>();
        arguments.add(PACKAGE + entry);
        arguments.addAll(configuration(rpc));
        arguments.addAll(List.of("-D", "rest.port=" + web, "-D", "rest.bind-port=" + web));
        return arguments;
    }

    /**
     * Adds Flink's GPU plugin, the settings of {@code gpu.yaml} and, where Nvidia's discovery
     * script would be, one that finds what it is told.
     */
    void installGpus(int amount, String found) throws IOException {
        Path plugin = Files.createDirectories(home.resolve("plugins/external-resource-gpu"));
        Files.copy(
                PARTS.resolve("flink-external-resource-gpu.jar"),
                plugin.resolve("flink-external-resource-gpu.jar"));
        Path script = plugin.resolve("nvidia-gpu-discovery.sh");
        Files.writeString(script, "#!/usr/bin/env bash\necho %s\n".formatted(found));
        assertThat(script.toFile().setExecutable(true)).isTrue();
        String more =
                Files.readString(home.resolve("conf/gpu.yaml"))
                        .replace("amount: 1", "amount: " + amount);
        Files.writeString(home.resolve("conf/config.yaml"), more, StandardOpenOption.APPEND);
    }

    /** A TaskManager; Flink's scripts would work out the sizes that are given here. */
    void taskManager(int rpc) throws IOException {
        List<String> arguments = new ArrayList<>();
        arguments.add(PACKAGE + "runtime.taskexecutor.TaskManagerRunner");
        arguments.addAll(configuration(rpc));
        for (String said :
                List.of(
                        "taskmanager.cpu.cores=1.0",
                        "taskmanager.memory.framework.heap.size=128m",
                        "taskmanager.memory.framework.off-heap.size=128m",
                        "taskmanager.memory.jvm-metaspace.size=256m",
                        "taskmanager.memory.jvm-overhead.min=192m",
                        "taskmanager.memory.jvm-overhead.max=192m",
                        "taskmanager.memory.network.min=64m",
                        "taskmanager.memory.network.max=64m",
                        "taskmanager.memory.task.heap.size=512m")) {
            arguments.addAll(List.of("-D", said));
        }
        var unused = start("taskmanager", arguments);
    }

    private List<String> configuration(int rpc) {
        List<String> arguments =
                new ArrayList<>(List.of("--configDir", home.resolve("conf").toString()));
        for (String said :
                List.of(
                        "jobmanager.rpc.port=" + rpc,
                        "jobmanager.bind-host=127.0.0.1",
                        "taskmanager.bind-host=127.0.0.1",
                        "taskmanager.host=127.0.0.1",
                        "rest.bind-address=127.0.0.1",
                        // Flink's 10 s are too few on a machine that many tests share.
                        "pekko.startup-timeout=2 min",
                        "cluster.registration.max-timeout=2000",
                        "cluster.registration.error-delay=1000",
                        "io.tmp.dirs=" + logs)) {
            arguments.addAll(List.of("-D", said));
        }
        return arguments;
    }

    private Process start(String name, List<String> arguments) throws IOException {
        Files.createDirectories(logs);
        List<String> command = new ArrayList<>();
        command.addAll(List.of(System.getProperty("java.home") + "/bin/java", "-Xmx768m"));
        Configuration flink = GlobalConfiguration.loadConfiguration(home + "/conf");
        command.addAll(List.of(flink.get(CoreOptions.FLINK_JVM_OPTIONS).split(" +")));
        command.add("-Dlog4j2.configurationFile=" + home.resolve("conf/log4j-console.properties"));
        command.addAll(List.of("-cp", home.resolve("lib") + "/*"));
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("ALMA_LOGS", "json");
        builder.environment().put("OMP_NUM_THREADS", "1");
        builder.environment().put("FLINK_HOME", home.toString());
        builder.environment().put("FLINK_LIB_DIR", home.resolve("lib").toString());
        builder.environment().put("FLINK_PLUGINS_DIR", home.resolve("plugins").toString());
        builder.directory(home.toFile());
        builder.redirectOutput(logFile(name).toFile());
        Process process = builder.start();
        started.add(process);
        return process;
    }

    Path logFile(String name) {
        return logs.resolve(name + ".log");
    }

    /** The last lines of both processes. */
    String log() {
        return Stream.of("jobmanager", "taskmanager")
                .map(this::end)
                .reduce("", (one, other) -> one + "\n" + other);
    }

    private String end(String name) {
        if (!Files.exists(logFile(name))) {
            return name + " was not started";
        }
        try {
            List<String> lines = Files.readAllLines(logFile(name));
            return String.join("\n", lines.subList(Math.max(0, lines.size() - 15), lines.size()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void kill() {
        started.forEach(Process::destroyForcibly);
    }
}
