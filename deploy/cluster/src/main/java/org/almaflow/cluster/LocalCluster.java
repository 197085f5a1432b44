package org.almaflow.cluster;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;

/**
 * A Kafka broker, a Flink JobManager and TaskManagers as processes of this machine, reachable from
 * this machine only. The processes outlive this JVM; their folder says which ones they are, so any
 * JVM may go on with them. Each can be killed, suspended and started again by itself.
 */
public final class LocalCluster {
    static final String HOST = "127.0.0.1";
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final long GRACE_SECONDS = 10;
    private static final long POLL_MILLIS = 100;

    private final ClusterSettings settings;
    private final ClusterFiles files;
    private final FlinkRest flink;

    /** A cluster that runs, in whole or in part, or does not. */
    public LocalCluster(ClusterSettings settings, Distribution distribution) {
        this.settings = settings;
        this.files = new ClusterFiles(settings, distribution);
        this.flink = new FlinkRest(URI.create("http://" + HOST + ":" + settings.webPort()));
    }

    public ClusterSettings settings() {
        return settings;
    }

    /** Address of the broker. */
    public String kafka() {
        return HOST + ":" + settings.kafkaPort();
    }

    /** Flink's REST interface. */
    public FlinkRest flink() {
        return flink;
    }

    /** Folder for chunk and model files. */
    public Path storage() {
        return settings.folder().resolve("storage");
    }

    public ClusterProcess broker() {
        return process("kafka");
    }

    public ClusterProcess jobManager() {
        return process("jobmanager");
    }

    /** The TaskManager of that number, from 1; Flink knows it as {@code tm1}. */
    public ClusterProcess taskManager(int number) {
        return process("taskmanager-" + number);
    }

    private ClusterProcess process(String name) {
        return new ClusterProcess(settings.folder(), name);
    }

    /** All processes, in the order in which they start. */
    public List<ClusterProcess> processes() {
        return Stream.concat(Stream.of(broker(), jobManager()), taskManagers()).toList();
    }

    private Stream<ClusterProcess> taskManagers() {
        return IntStream.rangeClosed(1, settings.taskManagers()).mapToObj(this::taskManager);
    }

    /** Starts what does not run, and returns when everything serves. */
    public void up() {
        List<ClusterProcess> missing = new ArrayList<>(processes());
        missing.removeIf(ClusterProcess::alive);
        if (missing.stream().anyMatch(p -> p.name().equals("kafka"))) {
            requireFree("Kafka", settings.kafkaPort(), "--kafka-port");
        }
        if (missing.stream().anyMatch(p -> p.name().equals("jobmanager"))) {
            requireFree("Flink", settings.webPort(), "--web-port");
        }
        files.write();
        startBroker();
        startJobManager();
        // They look for the JobManager at once, and otherwise only after ten seconds again.
        await("Flink", jobManager(), flink::answers);
        IntStream.rangeClosed(1, settings.taskManagers()).forEach(this::startTaskManager);
        awaitReady();
    }

    private static void requireFree(String what, int port, String option) {
        if (ClusterSettings.taken(port)) {
            throw new ClusterException(
                    "port %d, which %s would listen on, is taken; end what listens there, or choose another with %s"
                            .formatted(port, what, option));
        }
    }

    /** Starts the broker unless it runs; see {@link #awaitReady}. */
    public void startBroker() {
        start(broker(), files.broker());
    }

    /** Starts the JobManager unless it runs. */
    public void startJobManager() {
        start(jobManager(), files.jobManager());
    }

    /** Starts a TaskManager unless it runs. */
    public void startTaskManager(int number) {
        start(taskManager(number), files.taskManager(number));
    }

    private static void start(ClusterProcess process, List<String> arguments) {
        if (!process.alive()) {
            process.start(arguments);
        }
    }

    /** Waits until the broker answers and every TaskManager offers its slots. */
    public void awaitReady() {
        await("Kafka", broker(), this::brokerAnswers);
        await("Flink", jobManager(), flink::answers);
        int slots = settings.taskManagers() * settings.slots();
        taskManagers().forEach(p -> await(p.name(), p, () -> flink.answers() && p.alive()));
        await("Flink", jobManager(), () -> flink.answers() && flink.slots() >= slots);
    }

    private boolean brokerAnswers() {
        if (!ClusterSettings.taken(settings.kafkaPort())) {
            return false;
        }
        Map<String, Object> client =
                Map.of(
                        "bootstrap.servers",
                        kafka(),
                        "request.timeout.ms",
                        2000,
                        "default.api.timeout.ms",
                        2000);
        try (Admin admin = Admin.create(client)) {
            return !admin.describeCluster().nodes().get(3, TimeUnit.SECONDS).isEmpty();
        } catch (ExecutionException | java.util.concurrent.TimeoutException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ClusterException("interrupted while waiting for Kafka", e);
        }
    }

    private static void await(String what, ClusterProcess process, BooleanSupplier ready) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!ready.getAsBoolean()) {
            if (!process.alive()) {
                throw new ClusterException(
                        "%s ended before %s was ready; see %s"
                                .formatted(process.name(), what, process.log()));
            }
            if (System.nanoTime() > end) {
                throw new ClusterException(
                        "%s is not ready after %d s; see %s"
                                .formatted(what, PATIENCE.toSeconds(), process.log()));
            }
            ClusterProcess.pause(POLL_MILLIS);
        }
    }

    /**
     * Ends the processes, the last started first. Asks them first; what does not end is killed.
     *
     * @return how many there were
     */
    public int down() {
        List<ClusterProcess> running =
                new ArrayList<>(processes().stream().filter(ClusterProcess::alive).toList());
        for (int i = running.size() - 1; i >= 0; i--) {
            running.get(i).stop(GRACE_SECONDS);
        }
        return running.size();
    }
}
