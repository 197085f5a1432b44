package org.almaflow.learning.waiting;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.almaflow.learning.waiting.Progress.Prequential;
import org.almaflow.learning.waiting.Progress.Trained;

/**
 * A learner whose error is known: a · n^−β · (n / s)^φ of the n examples it has seen, the newest
 * session on s of them, in chunks of 1,000. Asks a policy at every arrival, one a minute, and at
 * its timers in between.
 */
final class TestingLearner {
    static final long CHUNK = 1000;
    static final long MINUTE = 60_000;
    static final long MACS_PER_EXAMPLE = 1_000_000;
    private static final long START = 1_700_000_000_000L;

    final double beta;
    final double phi;
    private final double noise;
    private final SplittableRandom random = new SplittableRandom(3);

    final List<Long> trainedAt = new ArrayList<>();
    final List<Long> trainedTimes = new ArrayList<>();
    final List<Trained> sessions = new ArrayList<>();
    final List<Prequential> arrivals = new ArrayList<>();
    private final List<Long> buffered = new ArrayList<>();
    private double error = 0.9;
    private long distinct;
    private long version;
    private long spent;
    double errorSum;
    Decision last;

    /**
     * A learner.
     *
     * @param noise standard deviation of the log of the prequential error
     */
    TestingLearner(double beta, double phi, double noise) {
        this.beta = beta;
        this.phi = phi;
        this.noise = noise;
    }

    double error(double n, double s) {
        return 0.1 * Math.pow(n / CHUNK, -beta) * Math.pow(n / s, phi);
    }

    /** Runs {@code arrivals} arrivals of a stream of {@code chunks}. */
    TestingLearner run(WaitingPolicy policy, long count, long chunks) {
        for (long t = 1; t <= count; t++) {
            long now = START + t * MINUTE;
            buffered.add(now);
            double seen = error * Math.exp(noise * (2 * random.nextDouble() - 1) * Math.sqrt(3));
            arrivals.add(new Prequential(t, CHUNK, Math.min(1, seen), seen, version));
            ask(policy, view(t, chunks, false, now));
            while (!buffered.isEmpty() && policy.wakeAt(view(t, chunks, false, now)).isPresent()) {
                now = policy.wakeAt(view(t, chunks, false, now)).getAsLong();
                if (now >= START + (t + 1) * MINUTE) {
                    break;
                }
                ask(policy, view(t, chunks, true, now));
            }
            errorSum += error;
        }
        return this;
    }

    private void ask(WaitingPolicy policy, WaitingView view) {
        last = policy.decide(view);
        if (last.train()) {
            train(view);
        }
    }

    private void train(WaitingView view) {
        distinct += view.bufferedExamples();
        error = error((double) distinct, (double) view.bufferedExamples());
        version = view.arrival();
        long macs = MACS_PER_EXAMPLE * view.bufferedExamples();
        spent += macs;
        trainedAt.add(view.arrival());
        trainedTimes.add(view.now() - START);
        sessions.add(
                new Trained(
                        trainedAt.size(),
                        view.arrival(),
                        view.bufferedExamples(),
                        distinct,
                        1 - error,
                        macs,
                        macs / 3,
                        1));
        buffered.clear();
    }

    private WaitingView view(long t, long chunks, boolean timer, long now) {
        return new WaitingView(
                t,
                chunks,
                timer,
                buffered.size(),
                buffered.size() * CHUNK,
                trainedAt.size(),
                distinct,
                trainedAt.isEmpty() ? 0 : version,
                now,
                buffered.isEmpty() ? 0 : buffered.get(0),
                trainedTimes.isEmpty() ? 0 : START + trainedTimes.get(trainedTimes.size() - 1),
                new Progress(newest(sessions), newest(arrivals), spent));
    }

    private static <T> List<T> newest(List<T> all) {
        return all.subList(Math.max(0, all.size() - Progress.KEPT), all.size());
    }
}
