package org.almaflow.learning.waiting;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.almaflow.learning.waiting.Progress.Prequential;
import org.almaflow.learning.waiting.Progress.Trained;

/** Random views, wild ones among them: no, perfect, hopeless and undefined errors. */
final class TestingViews {
    private static final double[] ERRORS = {0, 1e-9, 0.03, 0.5, 0.9, 1, Double.NaN};

    private final Random random;

    TestingViews(long seed) {
        random = new Random(seed);
    }

    WaitingView next() {
        long arrival = 1L + random.nextInt(300);
        long sessions = random.nextInt((int) arrival);
        long lastArrival = sessions == 0 ? 0 : 1L + random.nextInt((int) arrival);
        long buffered = arrival - lastArrival;
        long examples = buffered * random.nextInt(3) * 500;
        long now = 1_700_000_000_000L + random.nextInt(10_000_000);
        return new WaitingView(
                arrival,
                random.nextBoolean() ? 0 : arrival + random.nextInt(100),
                random.nextBoolean(),
                buffered,
                examples,
                sessions,
                sessions * 1000,
                lastArrival,
                now,
                buffered == 0 ? 0 : now - random.nextInt(10_000_000),
                sessions == 0 ? 0 : now - random.nextInt(10_000_000),
                progress(sessions, arrival));
    }

    static WaitingView with(WaitingView v, long bufferedExamples, Progress progress) {
        return new WaitingView(
                v.arrival(),
                v.chunks(),
                v.timer(),
                v.bufferedChunks(),
                bufferedExamples,
                v.sessions(),
                v.trainedExamples(),
                v.lastSessionArrival(),
                v.now(),
                v.oldestBufferedAt(),
                v.lastSessionAt(),
                progress);
    }

    static WaitingView at(WaitingView v, long now) {
        return new WaitingView(
                v.arrival(),
                v.chunks(),
                true,
                v.bufferedChunks(),
                v.bufferedExamples(),
                v.sessions(),
                v.trainedExamples(),
                v.lastSessionArrival(),
                now,
                v.oldestBufferedAt(),
                v.lastSessionAt(),
                v.progress());
    }

    private Progress progress(long sessions, long arrival) {
        List<Trained> trained = new ArrayList<>();
        for (long s = 1; s <= Math.min(sessions, Progress.KEPT); s++) {
            long examples = 1000 + random.nextInt(3) * 1000L;
            trained.add(new Trained(s, s, examples, s * 1000, error(), random.nextInt(), 1, 0.5));
        }
        List<Prequential> arrivals = new ArrayList<>();
        for (long t = Math.max(1, arrival - Progress.KEPT + 1); t <= arrival; t++) {
            long version = Math.min(sessions, random.nextInt((int) t));
            arrivals.add(new Prequential(t, random.nextInt(3) * 600L, error(), error(), version));
        }
        return new Progress(trained, arrivals, random.nextLong(1L << 50));
    }

    private double error() {
        return random.nextInt(3) > 0 ? random.nextDouble() : ERRORS[random.nextInt(7)];
    }
}
