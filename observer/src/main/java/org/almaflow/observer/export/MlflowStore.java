package org.almaflow.observer.export;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.almaflow.observer.OutputException;

/**
 * A folder {@code mlruns} as MLflow's file store keeps it: an experiment of MLflow for each
 * experiment, a run of MLflow for each learner of a run. Ids are derived from names, so a run that
 * is written again replaces itself.
 *
 * <p>From its release 3.13 on MLflow opens such a folder only where {@code MLFLOW_ALLOW_FILE_STORE}
 * is {@code true}; older ones do not look at that variable.
 */
final class MlflowStore {
    private static final int FINISHED = 3;
    private static final int RUNNING = 1;
    private static final String META = "meta.yaml";

    private final Path root;

    MlflowStore(Path root) {
        this.root = root.toAbsolutePath().normalize();
    }

    String add(TrackedRun run) {
        try {
            experiment("0", "Default", 0);
            String name = run.experiment().isEmpty() ? run.id() : run.experiment();
            String id = experimentId(name);
            long begin =
                    run.learners().stream()
                            .mapToLong(learner -> learner.begin().toEpochMilli())
                            .min()
                            .orElse(0);
            experiment(id, name, begin);
            for (TrackedRun.Learner learner : run.learners()) {
                write(run, learner, id);
            }
            return "%d runs of MLflow in experiment '%s'; open them with 'MLFLOW_ALLOW_FILE_STORE=true mlflow ui --backend-store-uri %s'"
                    .formatted(run.learners().size(), name, root);
        } catch (IOException e) {
            throw new OutputException(
                    "cannot write to %s (%s); choose another folder with --out"
                            .formatted(root, e.getMessage()),
                    e);
        }
    }

    /** Of 18 digits, as MLflow's own. */
    private static String experimentId(String name) {
        long digits = 100_000_000_000_000_000L;
        long hash = Long.parseUnsignedLong(sha256(name).substring(0, 15), 16);
        return Long.toString(digits + hash % (9 * digits));
    }

    private static String runId(String run, String learner) {
        return sha256(run + "/" + learner).substring(0, 32);
    }

    private static String sha256(String text) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            return HexFormat.of().formatHex(digest.digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private void experiment(String id, String name, long created) throws IOException {
        Path folder = Files.createDirectories(root.resolve(id));
        if (Files.exists(folder.resolve(META))) {
            return;
        }
        Map<String, Object> meta = new LinkedHashMap<>();
        meta.put("artifact_location", uri(folder));
        meta.put("creation_time", created);
        meta.put("experiment_id", id);
        meta.put("last_update_time", created);
        meta.put("lifecycle_stage", "active");
        meta.put("name", name);
        put(folder, META, yaml(meta));
    }

    private void write(TrackedRun run, TrackedRun.Learner learner, String experiment)
            throws IOException {
        Path folder = root.resolve(experiment).resolve(runId(run.id(), learner.id()));
        delete(folder);
        Files.createDirectories(folder);
        putAll(folder.resolve("metrics"), metrics(learner));
        putAll(folder.resolve("params"), learner.params());
        putAll(folder.resolve("tags"), tags(run, learner));
        putAll(folder.resolve("artifacts"), Map.of("snapshots.csv", snapshots(learner)));
        // Last: a folder without it is no run of MLflow.
        put(folder, META, yaml(meta(run, learner, experiment, folder)));
    }

    private static Map<String, Object> meta(
            TrackedRun run, TrackedRun.Learner learner, String experiment, Path folder) {
        String id = runId(run.id(), learner.id());
        Map<String, Object> meta = new LinkedHashMap<>();
        meta.put("artifact_uri", uri(folder.resolve("artifacts")));
        meta.put("deleted_time", null);
        meta.put("end_time", learner.finished() ? learner.end().toEpochMilli() : null);
        meta.put("entry_point_name", "");
        meta.put("experiment_id", experiment);
        meta.put("lifecycle_stage", "active");
        meta.put("run_id", id);
        meta.put("run_name", learner.id());
        meta.put("run_uuid", id);
        meta.put("source_name", "");
        meta.put("source_type", 4);
        meta.put("source_version", "");
        meta.put("start_time", learner.begin().toEpochMilli());
        meta.put("status", learner.finished() ? FINISHED : RUNNING);
        meta.put("tags", List.of());
        meta.put("user_id", "almaflow");
        return meta;
    }

    private static Map<String, String> tags(TrackedRun run, TrackedRun.Learner learner) {
        return Map.of(
                "mlflow.runName",
                learner.id(),
                "mlflow.user",
                "almaflow",
                "mlflow.source.name",
                "almaflow",
                "mlflow.source.type",
                "LOCAL",
                "almaflow.run",
                run.id(),
                "almaflow.experiment",
                run.experiment());
    }

    /** A file a metric; a line an arrival: milliseconds, value, step. */
    private static Map<String, String> metrics(TrackedRun.Learner learner) {
        Map<String, StringBuilder> files = new TreeMap<>();
        for (TrackedRun.Point point : learner.points()) {
            point.metrics()
                    .forEach(
                            (name, value) ->
                                    files.computeIfAbsent(name, n -> new StringBuilder())
                                            .append(point.at().toEpochMilli())
                                            .append(' ')
                                            .append(value)
                                            .append(' ')
                                            .append(point.arrival())
                                            .append('\n'));
        }
        Map<String, String> texts = new TreeMap<>();
        files.forEach((name, text) -> texts.put(name, text.toString()));
        return texts;
    }

    private static String snapshots(TrackedRun.Learner learner) {
        return learner.models().stream()
                .map(
                        model ->
                                "%s,%d,%s,\"%s\"\n"
                                        .formatted(
                                                model.version() == 0 ? "" : model.version(),
                                                model.member(),
                                                model.sha256(),
                                                model.path().replace("\"", "\"\"")))
                .collect(Collectors.joining("", "version,member,sha256,path\n", ""));
    }

    private static String uri(Path folder) {
        String uri = folder.toUri().toString();
        return uri.endsWith("/") ? uri.substring(0, uri.length() - 1) : uri;
    }

    private static String yaml(Map<String, Object> meta) {
        return meta.entrySet().stream()
                .map(entry -> entry.getKey() + ": " + scalar(entry.getValue()) + "\n")
                .collect(Collectors.joining());
    }

    private static String scalar(Object value) {
        return value instanceof String text
                ? "'" + text.replace("'", "''").replaceAll("\\s", " ") + "'"
                : String.valueOf(value);
    }

    private static void putAll(Path folder, Map<String, String> files) throws IOException {
        Files.createDirectories(folder);
        for (Map.Entry<String, String> file : files.entrySet()) {
            put(folder, name(file.getKey()), file.getValue());
        }
    }

    /** A key as a file of this folder and as MLflow allows it. */
    private static String name(String key) {
        String name = key.replaceAll("[^A-Za-z0-9_. -]", "_");
        return name.startsWith(".") ? "_" + name : name;
    }

    private static void put(Path folder, String name, String text) throws IOException {
        Files.writeString(folder.resolve(name), text);
    }

    private static void delete(Path folder) throws IOException {
        if (Files.exists(folder)) {
            try (Stream<Path> all = Files.walk(folder)) {
                for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(path);
                }
            }
        }
    }
}
