package org.almaflow.pipeline.assemble;

import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.almaflow.pipeline.JobOptions;
import org.almaflow.pipeline.JobOptionsException;
import org.almaflow.pipeline.store.RunLease;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Holds a run's lease for the job from open to close and renews it on a thread of its own. A job
 * that finds the run taken ends at once and is not restarted.
 */
final class RunGuard implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RunGuard.class);

    private final RunLease lease;
    private final String run;
    private final String job;
    private final ScheduledExecutorService thread;
    private volatile String taker;

    private RunGuard(RunLease lease, String run, String job) {
        this.lease = lease;
        this.run = run;
        this.job = job;
        this.thread =
                Executors.newSingleThreadScheduledExecutor(
                        work -> {
                            Thread renewing = new Thread(work, "lease of " + run);
                            renewing.setDaemon(true);
                            return renewing;
                        });
    }

    /**
     * Takes the lease.
     *
     * @throws SuppressRestartsException when another job works on the run
     */
    static RunGuard take(JobOptions options, String job) throws IOException {
        RunLease lease = new RunLease(options.storage(), options.run());
        Optional<String> other = lease.holderOtherThan(job);
        if (other.isPresent()) {
            throw refused(options.run(), other.get());
        }
        lease.renew(job);
        RunGuard guard = new RunGuard(lease, options.run(), job);
        long period = RunLease.RENEWAL.toMillis();
        var unused =
                guard.thread.scheduleWithFixedDelay(
                        guard::renew, period, period, TimeUnit.MILLISECONDS);
        return guard;
    }

    /**
     * Says whether the run is still this job's.
     *
     * @throws SuppressRestartsException when another job has taken it
     */
    void check() {
        if (taker != null) {
            throw refused(run, taker);
        }
    }

    /** A store that fails for a while is the job's trouble elsewhere; the lease is tried again. */
    private void renew() {
        try {
            taker = lease.owner().filter(owner -> !owner.equals(job)).orElse(null);
            if (taker == null) {
                lease.renew(job);
            }
        } catch (IOException | RuntimeException e) {
            LOG.warn("The lease of run {} cannot be renewed: {}", run, e.toString());
        }
    }

    private static SuppressRestartsException refused(String run, String other) {
        return new SuppressRestartsException(new JobOptionsException(RunLease.taken(run, other)));
    }

    @Override
    public void close() throws IOException {
        thread.shutdownNow();
        lease.release(job);
    }
}
