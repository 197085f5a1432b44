package org.almaflow.learning.session;

import java.io.IOException;
import org.almaflow.learning.engine.ExampleSet;
import org.almaflow.learning.engine.Network;

/**
 * Scores a network on a set, one mini-batch a step. Its state is {@link #position} and {@link
 * #score}.
 */
public final class Evaluation {
    /** Examples a step: large enough for the device, small enough not to hold up a checkpoint. */
    private static final int BATCH = 1000;

    private final WindowedSet set;
    private final SequentialPass pass;
    private Score score;
    private float[] logits = new float[0];
    private float[] kept;

    /** From the beginning, of examples that are all on the device. */
    public Evaluation(ExampleSet set) {
        this(WindowedSet.of(set), 0, Score.NONE);
    }

    /** From where another left off. */
    Evaluation(WindowedSet set, int position, Score score) {
        this.set = set;
        this.pass = new SequentialPass(set, position);
        this.score = score;
    }

    /** Keeps the logits of all examples from now on; for an evaluation from the beginning. */
    public Evaluation keepingLogits(int classes) {
        kept = new float[Math.multiplyExact(set.count(), classes)];
        return this;
    }

    /** Logits of all examples [count, classes], when they are kept and all are scored. */
    public float[] keptLogits() {
        return kept;
    }

    /** Whether the next mini-batch is on the device. */
    boolean ready() {
        return pass.ready();
    }

    /** Brings the next piece of what {@link #ready} waits for. */
    void load() throws IOException {
        pass.load();
    }

    /** Scores the next mini-batch; returns its number of examples, 0 when all are scored. */
    public int step(Network network) {
        int at = pass.position();
        return pass.step(BATCH, (resident, from, to) -> score(network, at, resident, from, to));
    }

    private void score(Network network, int at, ExampleSet resident, int from, int to) {
        int count = to - from;
        int classes = network.spec().classes();
        if (logits.length < count * classes) {
            logits = new float[count * classes];
        }
        network.logits(resident, from, to, logits);
        score = score.plus(logits, count, classes, resident.labels(), from);
        if (kept != null) {
            System.arraycopy(logits, 0, kept, at * classes, count * classes);
        }
    }

    /** Whether every example is scored. */
    public boolean done() {
        return pass.done();
    }

    /** Index of the next example. */
    public int position() {
        return pass.position();
    }

    /** Sums so far. */
    public Score score() {
        return score;
    }
}
