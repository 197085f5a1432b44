package org.almaflow.local;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.configuration.WebOptions;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;
import org.apache.flink.streaming.api.graph.StreamGraph;

/**
 * A Flink cluster in this process, reachable on the loopback interface only. Its owner closes it;
 * that ends the jobs that still run.
 */
final class LocalFlink implements AutoCloseable {
    /** A familiar address when it is free, else the next one that is. */
    static final String ANY_WEB_PORT = "8081-8180";

    private static final String LOOPBACK = "127.0.0.1";
    private static final Duration CLOSE = Duration.ofSeconds(20);

    private final MiniCluster cluster;
    private final URI web;

    private LocalFlink(MiniCluster cluster, URI web) {
        this.cluster = cluster;
        this.web = web;
    }

    /**
     * Starts the cluster.
     *
     * @param slots subtasks that can run side by side
     * @param webPort port of the web UI, or a range to choose a free one from
     * @param folder for checkpoints and temporary files; the caller removes it afterwards
     * @param nativeMemory bytes that engines may take outside the heap; 0 for no limit
     */
    static LocalFlink start(int slots, String webPort, Path folder, long nativeMemory) {
        MiniCluster cluster =
                new MiniCluster(
                        new MiniClusterConfiguration.Builder()
                                .setConfiguration(configuration(webPort, folder, nativeMemory))
                                .setNumTaskManagers(1)
                                .setNumSlotsPerTaskManager(slots)
                                .setCommonBindAddress(LOOPBACK)
                                .build());
        try {
            cluster.start();
            return new LocalFlink(cluster, cluster.getRestAddress().get());
        } catch (Exception e) {
            cluster.closeAsync().exceptionally(ignored -> null);
            throw new FailureException(
                    "Flink does not start with its web UI on port %s (%s); choose another with --web-port"
                            .formatted(webPort, RootCause.sentence(e)),
                    e);
        }
    }

    private static Configuration configuration(String webPort, Path folder, long nativeMemory) {
        Configuration configuration = new Configuration();
        configuration.set(RestOptions.ADDRESS, LOOPBACK);
        configuration.set(RestOptions.BIND_ADDRESS, LOOPBACK);
        configuration.set(RestOptions.BIND_PORT, webPort);
        configuration.set(WebOptions.SUBMIT_ENABLE, false);
        configuration.set(CoreOptions.TMP_DIRS, folder.resolve("flink").toString());
        configuration.set(WebOptions.TMP_DIR, folder.resolve("flink-web").toString());
        configuration.set(
                CheckpointingOptions.CHECKPOINTS_DIRECTORY,
                folder.resolve("checkpoints").toUri().toString());
        configuration.set(
                TaskManagerOptions.CPU_CORES, (double) Runtime.getRuntime().availableProcessors());
        if (nativeMemory > 0) {
            configuration.set(
                    TaskManagerOptions.TASK_OFF_HEAP_MEMORY, new MemorySize(nativeMemory));
        }
        return configuration;
    }

    /** Address of the web UI. */
    URI web() {
        return web;
    }

    /** Starts a job. */
    LocalJob submit(StreamGraph graph) {
        return new LocalJob(
                cluster,
                await(cluster.submitJob(graph.getJobGraph()), Duration.ofMinutes(1)).getJobID());
    }

    static <T> T await(CompletableFuture<T> future, Duration patience) {
        try {
            return future.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw new FailureException(RootCause.sentence(e), e);
        } catch (TimeoutException e) {
            throw new FailureException(
                    "Flink does not answer within %d s".formatted(patience.toSeconds()), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new FailureException("interrupted while waiting for Flink", e);
        }
    }

    @Override
    public void close() {
        await(cluster.closeAsync(), CLOSE);
    }
}
