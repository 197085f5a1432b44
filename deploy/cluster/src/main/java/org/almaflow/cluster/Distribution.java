package org.almaflow.cluster;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What the build lays out: {@code lib} has the libraries, {@code engines/NAME-cpu} each engine,
 * {@code job} the job's jar.
 *
 * @param folder the one of alma.jar
 * @param engine name of the engine that computes
 */
public record Distribution(Path folder, String engine) {
    /**
     * Beginnings of names of what is not in a cluster's lib folder: the job's jar brings it, or it
     * is no part of a job at all (docs/decisions/0005).
     */
    private static final List<String> NOT_OF_THE_CLUSTER =
            List.of(
                    "almaflow-pipeline",
                    "almaflow-schemas",
                    "almaflow-observer",
                    "almaflow-chunk-producer",
                    "almaflow-embedded-kafka",
                    "almaflow-cluster",
                    "kafka",
                    "flink-avro",
                    "flink-connector-kafka",
                    "scala",
                    "picocli",
                    "progressbar",
                    "jline");

    /** With the default engine. */
    public Distribution(Path folder) {
        this(folder, "dl4j");
    }

    /** Flink, learning and an engine with its natives, as a class path. */
    public String clusterClassPath() {
        return libraries() + File.pathSeparator + engineFolder().resolve("*");
    }

    /** The engine's jars: {@code engines/NAME-cpu} or {@code engines/NAME-cuda}. */
    private Path engineFolder() {
        try (Stream<Path> folders = Files.list(folder.resolve("engines"))) {
            return folders.filter(f -> f.getFileName().toString().startsWith(engine + "-"))
                    .findFirst()
                    .orElseThrow(() -> new IOException("no such folder"));
        } catch (IOException e) {
            throw new ClusterException(
                    "there is no folder of engine %s in %s; build it with ./mvnw package"
                            .formatted(engine, folder.resolve("engines")),
                    e);
        }
    }

    private String libraries() {
        try (Stream<Path> jars = Files.list(folder.resolve("lib"))) {
            String path =
                    jars.filter(jar -> ofTheCluster(jar.getFileName().toString()))
                            .sorted()
                            .map(Path::toString)
                            .collect(Collectors.joining(File.pathSeparator));
            if (path.contains("flink-runtime")) {
                return path;
            }
            throw new IOException("no Flink");
        } catch (IOException e) {
            throw new ClusterException(
                    "there is no Flink in %s; build it with ./mvnw package"
                            .formatted(folder.resolve("lib")),
                    e);
        }
    }

    private static boolean ofTheCluster(String jar) {
        return jar.endsWith(".jar") && NOT_OF_THE_CLUSTER.stream().noneMatch(jar::startsWith);
    }

    /** Everything, as a class path. */
    public String wholeClassPath() {
        return folder.resolve("lib").resolve("*").toString();
    }

    /** Jar of the command line. */
    public Path alma() {
        return folder.resolve("alma.jar");
    }
}
