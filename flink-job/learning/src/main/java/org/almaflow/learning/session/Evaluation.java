package org.almaflow.learning.session;

import org.almaflow.learning.engine.ExampleSet;
import org.almaflow.learning.engine.Network;

/**
 * Scores a network on an example set, one mini-batch a step. Its state is {@link #position} and
 * {@link #score}.
 */
public final class Evaluation {
    /** Examples a step: large enough for the device, small enough not to hold up a checkpoint. */
    private static final int BATCH = 1000;

    private final ExampleSet set;
    private final int[] labels;
    private int position;
    private Score score;
    private float[] logits = new float[0];

    /** From the beginning. */
    public Evaluation(ExampleSet set, int[] labels) {
        this(set, labels, 0, Score.NONE);
    }

    /** From where another left off. */
    public Evaluation(ExampleSet set, int[] labels, int position, Score score) {
        this.set = set;
        this.labels = labels;
        this.position = position;
        this.score = score;
    }

    /** Scores the next mini-batch; returns its number of examples, 0 when all are scored. */
    public int step(Network network) {
        int count = Math.min(BATCH, set.count() - position);
        if (count == 0) {
            return 0;
        }
        int classes = network.spec().classes();
        if (logits.length < count * classes) {
            logits = new float[count * classes];
        }
        network.logits(set, position, position + count, logits);
        score = score.plus(logits, count, classes, labels, position);
        position += count;
        return count;
    }

    /** Whether every example is scored. */
    public boolean done() {
        return position == set.count();
    }

    /** Index of the next example. */
    public int position() {
        return position;
    }

    /** Sums so far. */
    public Score score() {
        return score;
    }
}
