package org.almaflow.pipeline.member;

import org.almaflow.learning.member.SessionReport;
import org.almaflow.learning.session.Cost;
import org.almaflow.pipeline.LearnerHandle;
import org.almaflow.pipeline.metrics.JobMetric;
import org.almaflow.pipeline.metrics.Metrics;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;

/** What one member tells of its training. Written by the task's thread, read by any. */
final class MemberMetrics {
    private final Counter sessions;
    private final Counter epochs;
    private final Counter examples;
    private final Counter trainForwardMacs;
    private final Counter totalMacs;
    private volatile boolean training;
    private volatile long peakMemoryBytes;

    MemberMetrics(MetricGroup operator, LearnerHandle learner, int member) {
        Metrics metrics = Metrics.ofMember(operator, learner, member);
        sessions = metrics.counter(JobMetric.SESSIONS);
        epochs = metrics.counter(JobMetric.EPOCHS);
        examples = metrics.counter(JobMetric.EXAMPLES);
        trainForwardMacs = metrics.counter(JobMetric.TRAIN_FORWARD_MACS);
        totalMacs = metrics.counter(JobMetric.TOTAL_MACS);
        metrics.rate(JobMetric.EXAMPLES_PER_SECOND, examples);
        metrics.rate(JobMetric.MACS_PER_SECOND, totalMacs);
        metrics.gauge(JobMetric.TRAINING, () -> training ? 1 : 0);
        metrics.gauge(JobMetric.PEAK_MEMORY_BYTES, () -> peakMemoryBytes);
    }

    /**
     * A step was done.
     *
     * @param worked cost of all steps since the member was made or restored
     * @param inSession whether a session is in progress
     */
    void stepped(Cost worked, boolean inSession) {
        examples.inc(worked.examples() - examples.getCount());
        trainForwardMacs.inc(worked.trainForwardMacs() - trainForwardMacs.getCount());
        totalMacs.inc(worked.totalMacs() - totalMacs.getCount());
        training = inSession;
    }

    /** Something happened in a session. */
    void session(SessionReport report) {
        switch (report.phase()) {
            case OPENED -> sessions.inc();
            case EPOCH -> epochs.inc();
            case CLOSED -> peakMemoryBytes = report.peakMemoryBytes();
        }
    }
}
