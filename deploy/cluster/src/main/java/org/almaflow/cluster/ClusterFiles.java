package org.almaflow.cluster;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Writes what the processes of a cluster read: Flink's config.yaml, and how to log. */
record ClusterFiles(ClusterSettings settings, Distribution distribution) {
    private static final String HEAP = "1g";
    private static final String DIRECT = "768m";
    private static final String LOGGING = "/log4j-console.properties";

    /** What a user adds: lines of Flink's configuration, in the cluster's folder. */
    private static final String FURTHER = "flink.yaml";

    /** Writes all files; those of an earlier life are replaced. */
    void write() {
        Path folder = settings.folder();
        try {
            for (String name : List.of("conf", "logs", "tmp", "storage")) {
                Files.createDirectories(folder.resolve(name));
            }
            settings.write();
            Files.write(conf().resolve("config.yaml"), flink());
            Files.writeString(conf().resolve("log4j2.properties"), logging());
        } catch (IOException e) {
            throw new ClusterException(
                    "cannot write to %s (%s); choose another folder with --dir"
                            .formatted(folder, e.getMessage()),
                    e);
        }
    }

    private Path conf() {
        return settings.folder().resolve("conf");
    }

    private List<String> flink() throws IOException {
        Map<String, String> config = new TreeMap<>();
        addresses(config);
        memory(config, settings.nativeMemory());
        patience(config);
        Path folder = settings.folder();
        config.put("io.tmp.dirs", folder.resolve("tmp").toString());
        config.put("web.upload.dir", folder.resolve("tmp").toString());
        config.put("taskmanager.numberOfTaskSlots", Integer.toString(settings.slots()));
        config.put("taskmanager.load-balance.mode", "SLOTS");
        // Natives for compression are mapped once, not once a job.
        config.put(
                "classloader.parent-first-patterns.additional",
                "com.github.luben.zstd;net.jpountz;org.xerial.snappy");
        config.put("alma.storage", storage());
        config.putAll(further());
        return config.entrySet().stream().map(e -> e.getKey() + ": " + e.getValue()).toList();
    }

    /**
     * One {@code key: value} a line; Flink says what is wrong with others. The user's come last.
     */
    private Map<String, String> further() throws IOException {
        Path file = settings.folder().resolve(FURTHER);
        Map<String, String> lines = new TreeMap<>();
        if (Files.isRegularFile(file)) {
            for (String line : Files.readAllLines(file)) {
                int colon = line.indexOf(": ");
                boolean said = !line.isBlank() && !line.startsWith("#");
                if (said && colon <= 0) {
                    throw new ClusterException(
                            "%s has the line '%s'; write one key: value a line"
                                    .formatted(file, line));
                }
                if (said) {
                    lines.put(line.substring(0, colon), line.substring(colon + 2).strip());
                }
            }
        }
        return lines;
    }

    private String storage() {
        return "file://" + settings.folder().resolve("storage");
    }

    private void addresses(Map<String, String> config) {
        String host = LocalCluster.HOST;
        config.put("jobmanager.rpc.address", host);
        config.put("jobmanager.rpc.port", Integer.toString(settings.rpcPort()));
        config.put("jobmanager.bind-host", host);
        config.put("taskmanager.host", host);
        config.put("taskmanager.bind-host", host);
        config.put("rest.address", host);
        config.put("rest.bind-address", host);
        config.put("rest.port", Integer.toString(settings.webPort()));
        config.put("rest.bind-port", Integer.toString(settings.webPort()));
    }

    /** Flink's start scripts would work these out and tell the JVM; here both are said. */
    private static void memory(Map<String, String> config, int nativeMemory) {
        config.put("taskmanager.cpu.cores", "1.0");
        config.put("taskmanager.memory.framework.heap.size", "128m");
        config.put("taskmanager.memory.task.heap.size", "896m");
        config.put("taskmanager.memory.framework.off-heap.size", "128m");
        config.put("taskmanager.memory.task.off-heap.size", nativeMemory + "m");
        config.put("taskmanager.memory.network.min", "128m");
        config.put("taskmanager.memory.network.max", "128m");
        config.put("taskmanager.memory.managed.size", "0m");
        config.put("taskmanager.memory.jvm-metaspace.size", "256m");
        config.put("taskmanager.memory.jvm-overhead.min", "192m");
        config.put("taskmanager.memory.jvm-overhead.max", "192m");
        config.put("jobmanager.memory.process.size", "1g");
    }

    /** A lost process is noticed within seconds, and one that is back is taken at once. */
    private static void patience(Map<String, String> config) {
        config.put("heartbeat.interval", "1000");
        config.put("heartbeat.timeout", "6000");
        config.put("cluster.registration.max-timeout", "2000");
        config.put("cluster.registration.error-delay", "1000");
        config.put("cluster.registration.refused-registration-delay", "1000");
        config.put("pekko.ask.timeout", "30 s");
        config.put("metrics.fetcher.update-interval", "1000");
    }

    /** The one of deploy/flink. */
    private static String logging() throws IOException {
        try (InputStream file = ClusterFiles.class.getResourceAsStream(LOGGING)) {
            return new String(file.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    List<String> broker() {
        return List.of(
                "-Xmx512m",
                logFile(),
                "-cp",
                distribution.wholeClassPath(),
                "org.almaflow.kafka.BrokerProcess",
                settings.folder().resolve("kafka").toString(),
                Integer.toString(settings.kafkaPort()));
    }

    List<String> jobManager() {
        List<String> arguments = flinkJvm("512m", "256m");
        arguments.addAll(
                List.of(
                        "org.apache.flink.runtime.entrypoint.StandaloneSessionClusterEntrypoint",
                        "--configDir",
                        conf().toString(),
                        "--executionMode",
                        "cluster"));
        return arguments;
    }

    List<String> taskManager(int number) {
        List<String> arguments = flinkJvm(HEAP, DIRECT);
        arguments.addAll(
                List.of(
                        "org.apache.flink.runtime.taskexecutor.TaskManagerRunner",
                        "--configDir",
                        conf().toString(),
                        "-D",
                        "taskmanager.resource-id=tm" + number));
        return arguments;
    }

    private List<String> flinkJvm(String heap, String direct) {
        return new ArrayList<>(
                List.of(
                        "-Xmx" + heap,
                        "-XX:MaxDirectMemorySize=" + direct,
                        "-XX:MaxMetaspaceSize=256m",
                        "-XX:+UseParallelGC",
                        "-XX:+ExitOnOutOfMemoryError",
                        // As in Flink's own scripts; a job that comes over REST needs it.
                        "--add-opens=java.base/java.util=ALL-UNNAMED",
                        // JavaCPP would end a process of more than four times its heap.
                        "-Dorg.bytedeco.javacpp.maxphysicalbytes=0",
                        "-Dorg.apache.avro.SERIALIZABLE_PACKAGES=org.almaflow",
                        "-Djava.io.tmpdir=" + settings.folder().resolve("tmp"),
                        logFile(),
                        "-cp",
                        distribution.clusterClassPath()));
    }

    private String logFile() {
        return "-Dlog4j2.configurationFile=" + conf().resolve("log4j2.properties");
    }
}
