package org.almaflow.learning.waiting;

import java.util.List;
import org.almaflow.learning.waiting.Progress.Trained;

/**
 * What the sessions so far tell about the next one.
 *
 * @param replay share of the last session's examples that the next one replays
 * @param lastExamples examples of the last session
 */
record Sessions(double replay, double lastExamples) {
    static Sessions of(Progress progress) {
        List<Trained> all = progress.sessions();
        return all.isEmpty()
                ? new Sessions(0, 0)
                : new Sessions(replay(all), (double) all.get(all.size() - 1).examples());
    }

    /** A session has its fresh examples and a share of those of the session before it. */
    private static double replay(List<Trained> all) {
        if (all.size() < 2) {
            return 0;
        }
        Trained last = all.get(all.size() - 1);
        Trained before = all.get(all.size() - 2);
        double fresh = last.distinctExamplesSoFar() - before.distinctExamplesSoFar();
        double replayed = last.examples() - fresh;
        return Math.min(1, Math.max(0, replayed / Math.max(1, before.examples())));
    }

    /** Examples of a session on {@code fresh} examples, replayed ones among them. */
    double size(double fresh) {
        return fresh + replay * lastExamples;
    }
}
