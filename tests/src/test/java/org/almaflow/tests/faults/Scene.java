package org.almaflow.tests.faults;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.almaflow.cluster.ClusterException;
import org.almaflow.cluster.ClusterProcess;
import org.almaflow.cluster.Distribution;
import org.almaflow.cluster.FlinkRest;
import org.almaflow.cluster.LocalCluster;
import org.almaflow.learning.experiment.Experiment;
import org.almaflow.learning.experiment.ExperimentReader;
import org.almaflow.schemas.ChunkSlice;
import org.almaflow.schemas.EvaluationEvent;
import org.almaflow.schemas.SessionEvent;
import org.almaflow.schemas.TopicAdmin;
import org.almaflow.schemas.TopicSpec;
import org.almaflow.schemas.Topics;
import org.apache.kafka.clients.admin.Admin;

/**
 * One run of an experiment on a cluster that faults happen to: the cluster's processes, the
 * ordinary client that submits the job and stays with it, the producer, and what they have written
 * so far. Waiting has a deadline, and the deadline is the run's.
 */
final class Scene implements AutoCloseable {
    private static final Duration LONGEST = Duration.ofMinutes(15);

    private static final String SLOW = "conf/slow-producer.properties";
    private static final long PAUSE_MILLIS = 20;

    /** A chunk is some 25 records, so that there is time to stop the producer between two. */
    private static final String SLICE_BYTES = "400";

    private final LocalCluster cluster;
    private final Distribution distribution;
    private final String run;
    private final Path file;
    private final Experiment experiment;
    private final ClusterProcess client;
    private final ClusterProcess producer;
    private final long end = System.nanoTime() + LONGEST.toNanos();

    private EventLog<SessionEvent> sessionLog;
    private EventLog<EvaluationEvent> evaluationLog;
    private EventLog<ChunkSlice> sliceLog;
    private final List<SessionEvent> sessions = new ArrayList<>();
    private final List<EvaluationEvent> evaluations = new ArrayList<>();
    private ChunkSlice lastSlice;
    private long checkpoint;
    private int suspended;
    private boolean producing;

    /** A run that has not begun; its name is also the prefix of its topics. */
    Scene(LocalCluster cluster, Distribution distribution, Path file, String run)
            throws IOException {
        this.cluster = cluster;
        this.distribution = distribution;
        this.file = file;
        this.run = run;
        this.experiment = ExperimentReader.read(Files.readString(file), file.toString());
        Path folder = cluster.settings().folder();
        this.client = new ClusterProcess(folder, "submit-" + run);
        this.producer = new ClusterProcess(folder, "produce-" + run);
    }

    /** Creates the topics, submits the job, and begins to produce once it has a checkpoint. */
    void begin(String checkpointInterval) throws IOException {
        new TopicAdmin(Map.of("bootstrap.servers", cluster.kafka())).create(topics(), (short) 1);
        sessionLog =
                new EventLog<>(cluster.kafka(), topics().sessions(), SessionEvent.class, false);
        evaluationLog =
                new EventLog<>(
                        cluster.kafka(), topics().evaluations(), EvaluationEvent.class, false);
        sliceLog = new EventLog<>(cluster.kafka(), topics().chunks(), ChunkSlice.class, false);
        client.start(
                alma(
                        "submit",
                        "--flink",
                        "http://127.0.0.1:" + cluster.settings().webPort(),
                        "--run",
                        run,
                        "--supervise",
                        "-O",
                        "checkpoint-interval=" + checkpointInterval,
                        "-O",
                        "learner-slots=each",
                        "-O",
                        "engine-threads=1",
                        "-O",
                        "restart-attempts=1000",
                        "-O",
                        "restart-delay=500 ms"));
        Files.writeString(
                cluster.settings().folder().resolve(SLOW),
                "batch.size=0\nlinger.ms=0\nmax.in.flight.requests.per.connection=1\n");
        await("the first checkpoint was complete", () -> checkpoint() > 0);
        startProducer();
    }

    /** One record a request, and one request at a time: a chunk takes a while to be published. */
    void startProducer() {
        Path slow = cluster.settings().folder().resolve(SLOW);
        producing = true;
        producer.start(
                alma(
                        "produce",
                        "--max-slice-bytes",
                        SLICE_BYTES,
                        "--kafka-config",
                        slow.toString()));
    }

    private List<String> alma(String command, String... more) {
        List<String> arguments =
                new ArrayList<>(
                        List.of(
                                "-Xmx256m",
                                "-XX:+UseSerialGC",
                                "-XX:TieredStopAtLevel=1",
                                "-cp",
                                distribution.alma().toString(),
                                "org.almaflow.local.Alma",
                                command,
                                file.toString(),
                                "--kafka",
                                cluster.kafka(),
                                "--topic-prefix",
                                run));
        arguments.addAll(List.of(more));
        return arguments;
    }

    Topics topics() {
        return new Topics(run);
    }

    LocalCluster cluster() {
        return cluster;
    }

    Experiment experiment() {
        return experiment;
    }

    ClusterProcess producer() {
        return producer;
    }

    /** Session events so far, also those that no transaction has committed. */
    List<SessionEvent> sessions() {
        sessions.addAll(sessionLog.poll());
        return sessions;
    }

    /** Evaluations so far, also those that no transaction has committed. */
    List<EvaluationEvent> evaluations() {
        evaluations.addAll(evaluationLog.poll());
        return evaluations;
    }

    /** Every session event once the run is over. */
    List<SessionEvent> allSessions() {
        sessions.addAll(sessionLog.rest());
        return sessions;
    }

    /** The newest slice of the stream; null before the first. */
    ChunkSlice lastSlice() {
        List<ChunkSlice> found = sliceLog.poll();
        lastSlice = found.isEmpty() ? lastSlice : found.get(found.size() - 1);
        return lastSlice;
    }

    /** Folder of the slices of chunks that are not complete yet. */
    Path staging() {
        return cluster.storage().resolve("runs/" + run + "/staging");
    }

    /** Id of the job; empty when the cluster has none or does not answer. */
    Optional<String> job() {
        try {
            return cluster.flink().activeJob("almaflow %s (%s)".formatted(experiment.name(), run));
        } catch (ClusterException e) {
            return Optional.empty();
        }
    }

    /**
     * When the last complete checkpoint began, in milliseconds of the epoch; what was known last
     * when the cluster does not answer, and 0 before the first.
     */
    long checkpoint() {
        try {
            Optional<String> job = job();
            if (job.isPresent()) {
                JsonNode latest =
                        cluster.flink()
                                .get("/jobs/" + job.get() + "/checkpoints")
                                .path("latest")
                                .path("completed");
                checkpoint = Math.max(checkpoint, latest.path("trigger_timestamp").asLong(0));
            }
        } catch (ClusterException e) {
            // It is down; the fault is of that kind.
        }
        return checkpoint;
    }

    /**
     * Number of the TaskManager that runs a task, once it runs.
     *
     * @param task beginning of its name
     */
    int taskManagerOf(String task) {
        AtomicInteger number = new AtomicInteger();
        await(
                task + " ran somewhere",
                () -> {
                    number.set(placeOf(task));
                    return number.get() > 0;
                });
        return number.get();
    }

    /** Number of a task's TaskManager; 0 while it has none, or the cluster does not answer. */
    private int placeOf(String task) {
        try {
            String job = job().orElse("");
            for (JsonNode vertex : cluster.flink().get("/jobs/" + job).path("vertices")) {
                if (vertex.path("name").asText().contains(task)) {
                    String at = "/jobs/%s/vertices/%s".formatted(job, vertex.path("id").asText());
                    JsonNode first = cluster.flink().get(at).path("subtasks").path(0);
                    String place = first.path("taskmanager-id").asText();
                    return place.matches("tm\\d+") ? Integer.parseInt(place.substring(2)) : 0;
                }
            }
        } catch (ClusterException e) {
            // It is on its way back.
        }
        return 0;
    }

    /** Stops a TaskManager where it is. */
    void suspendTaskManager(int number) {
        suspended = number;
        cluster.taskManager(number).suspend();
    }

    /** Lets the suspended TaskManager go on. */
    void resumeTaskManager() {
        cluster.taskManager(suspended).resume();
    }

    /** Whether the job does not run as it should. */
    boolean troubled() {
        try {
            return cluster.flink()
                    .state(job().orElse(""))
                    .filter(state -> !state.equals("RUNNING"))
                    .isPresent();
        } catch (ClusterException e) {
            return true;
        }
    }

    private boolean over() {
        return !client.alive();
    }

    /** Whether the client said that the job had finished. */
    boolean finished() throws IOException {
        return over() && Files.readString(client.log()).stripTrailing().endsWith("finished");
    }

    /**
     * Waits for a moment of the run.
     *
     * @param what such as "a session had begun"
     * @throws MissedException when the run is over, so that it cannot come any more
     */
    void await(String what, BooleanSupplier condition) {
        poll(what, PAUSE_MILLIS, () -> condition.getAsBoolean() || stillToCome(what));
    }

    /** False while the run goes on. */
    private boolean stillToCome(String what) {
        if (over()) {
            throw new MissedException("the run was over before " + what);
        }
        return false;
    }

    /** Waits until the client, which stays until the job ends, has ended. */
    void awaitEnd() {
        poll("the job had finished", PAUSE_MILLIS, this::over);
    }

    /**
     * Waits until a checkpoint that has begun from now on is complete, or the job is; returns the
     * time then, in milliseconds of the epoch.
     */
    long awaitRecovery() {
        long now = System.currentTimeMillis();
        poll("the job had recovered", 10 * PAUSE_MILLIS, () -> checkpoint() > now || over());
        return System.currentTimeMillis();
    }

    private void poll(String what, long pauseMillis, BooleanSupplier condition) {
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new WaitedInVainException(
                        "it took more than %d s until %s; %s"
                                .formatted(LONGEST.toSeconds(), what, state()));
            }
            keepProducing();
            try {
                Thread.sleep(pauseMillis);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new WaitedInVainException("interrupted");
            }
        }
    }

    /** How the run stands, in a line; the threads of every process go to its log. */
    private String state() {
        List<ClusterProcess> processes = new ArrayList<>(cluster.processes());
        processes.addAll(List.of(client, producer));
        processes.forEach(ClusterProcess::dumpThreads);
        List<String> alive =
                processes.stream().filter(ClusterProcess::alive).map(ClusterProcess::name).toList();
        String running = "%d evaluations, %s run".formatted(evaluations().size(), alive);
        try {
            String id = job().orElse("");
            FlinkRest flink = cluster.flink();
            return "job %s is %s, %d of %d slots are free, its last failure: %s; %s"
                    .formatted(
                            id,
                            flink.state(id).orElse("unknown"),
                            flink.freeSlots(),
                            flink.slots(),
                            failure(flink.get("/jobs/" + id + "/exceptions")),
                            running);
        } catch (ClusterException e) {
            return "Flink does not answer: %s; %s".formatted(e.getMessage(), running);
        }
    }

    private static String failure(JsonNode exceptions) {
        JsonNode newest = exceptions.path("exceptionHistory").path("entries").path(0);
        return newest.path("stacktrace").asText("none").lines().findFirst().orElse("none");
    }

    /** A producer that has given up, as on a broker that takes long to return, is started again. */
    private void keepProducing() {
        if (producing && !producer.alive() && !published()) {
            startProducer();
        }
    }

    /** Whether the producer said that all of the stream was. */
    boolean published() {
        try {
            return Files.readString(producer.log()).contains(" is published: ");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The run was over, or the stream was, before a moment that was waited for. */
    static final class MissedException extends RuntimeException {
        MissedException(String message) {
            super(message);
        }
    }

    /** The run does not get on. */
    static final class WaitedInVainException extends RuntimeException {
        WaitedInVainException(String message) {
            super(message);
        }
    }

    /** Deletes the topics, so that many runs do not burden one broker. */
    void forget() {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", cluster.kafka()))) {
            admin.deleteTopics(topics().all().stream().map(TopicSpec::name).toList()).all().get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("the topics of " + run + " cannot be deleted", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new WaitedInVainException("interrupted");
        }
    }

    /** Ends the client and the producer, and the job if there still is one. */
    @Override
    public void close() {
        client.stop(2);
        producer.stop(2);
        job().ifPresent(cluster.flink()::cancel);
        if (sessionLog != null) {
            sessionLog.close();
        }
        if (evaluationLog != null) {
            evaluationLog.close();
        }
        if (sliceLog != null) {
            sliceLog.close();
        }
    }
}
