package org.almaflow.tests.deploy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.GlobalConfiguration;

/**
 * Starts processes of a Flink home as Flink's scripts do: its lib as class path, its configuration,
 * and the JVM options that this names. Logs are JSON.
 */
final class TestingFlinkHome {
    private static final String PACKAGE = "org.apache.flink.";
    private final Path home;
    private final Path logs;
    private final List<Process> started = new ArrayList<>();

    TestingFlinkHome(Path home, Path logs) {
        this.home = home;
        this.logs = logs;
    }

    /** A JobManager of a session. */
    void jobManager(int rpc, int web) throws IOException {
        List<String> arguments = new ArrayList<>();
        arguments.add(PACKAGE + "runtime.entrypoint.StandaloneSessionClusterEntrypoint");
        arguments.addAll(configuration(rpc));
        arguments.addAll(List.of("-D", "rest.port=" + web, "-D", "rest.bind-port=" + web));
        arguments.addAll(List.of("--executionMode", "cluster"));
        start("jobmanager", arguments);
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
        start("taskmanager", arguments);
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
                        "cluster.registration.max-timeout=2000",
                        "cluster.registration.error-delay=1000",
                        "io.tmp.dirs=" + logs)) {
            arguments.addAll(List.of("-D", said));
        }
        return arguments;
    }

    private void start(String name, List<String> arguments) throws IOException {
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
        builder.environment().put("FLINK_LIB_DIR", home.resolve("lib").toString());
        builder.redirectOutput(logFile(name).toFile());
        started.add(builder.start());
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
