package org.almaflow.local;

import java.time.Duration;
import java.util.Optional;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.runtime.execution.ExecutionState;
import org.apache.flink.runtime.executiongraph.AccessExecutionVertex;
import org.apache.flink.runtime.jobmaster.JobResult;
import org.apache.flink.runtime.minicluster.MiniCluster;

/** A job on a {@link LocalFlink}. */
final class LocalJob {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final MiniCluster cluster;
    private final JobID id;

    LocalJob(MiniCluster cluster, JobID id) {
        this.cluster = cluster;
        this.id = id;
    }

    /** What Flink says of it now. */
    JobStatus status() {
        return LocalFlink.await(cluster.getJobStatus(id), PATIENCE);
    }

    /** Whether every subtask has begun to work. */
    boolean working() {
        for (AccessExecutionVertex vertex :
                LocalFlink.await(cluster.getExecutionGraph(id), PATIENCE)
                        .getAllExecutionVertices()) {
            if (vertex.getExecutionState() != ExecutionState.RUNNING) {
                return false;
            }
        }
        return true;
    }

    /** Why a job that has ended did not end well. */
    Optional<Throwable> failure() {
        JobResult result = LocalFlink.await(cluster.requestJobResult(id), PATIENCE);
        return result.getSerializedThrowable()
                .map(thrown -> thrown.deserializeError(LocalJob.class.getClassLoader()));
    }

    /** Ends it without a last checkpoint; what was committed stays. */
    void cancel() {
        if (!status().isGloballyTerminalState()) {
            LocalFlink.await(cluster.cancelJob(id), PATIENCE);
            LocalFlink.await(cluster.requestJobResult(id), PATIENCE);
        }
    }
}
