package org.almaflow.learning.session;

import java.io.IOException;
import org.almaflow.learning.engine.ExampleSet;
import org.almaflow.learning.engine.Network;
import org.almaflow.learning.network.InputSpec;

/**
 * Scores a network on a set, one mini-batch a step. Its state is {@link #position} and {@link
 * #score}.
 */
public final class Evaluation {
    /** Examples a step: large enough for the device, small enough not to hold up a checkpoint. */
    private static final int BATCH = 1000;

    /** Tokens a step, for the same reasons. */
    private static final int TOKENS = 4096;

    private final WindowedSet set;
    private final SequentialPass pass;
    private Score score;
    private float[] predicted = new float[0];
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

    /** Examples that a step of an evaluation takes. */
    public static int batch(InputSpec input) {
        return input.tokens() ? Math.max(1, TOKENS / input.targets()) : BATCH;
    }

    /**
     * What an evaluation keeps of one example: its logits, or of a sequence of tokens the
     * log-probabilities of its targets.
     */
    public static int kept(InputSpec input, int classes) {
        return input.tokens() ? input.targets() : classes;
    }

    /**
     * Keeps what is predicted of all examples from now on; for an evaluation from the beginning.
     *
     * @param values of one example, see {@link #kept}
     */
    public Evaluation keeping(int values) {
        kept = new float[Math.multiplyExact(set.count(), values)];
        return this;
    }

    /** What was predicted of all examples, when it is kept and all are scored. */
    public float[] kept() {
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
        return pass.step(
                batch(network.spec().input()),
                (resident, from, to) -> score(network, at, resident, from, to));
    }

    private void score(Network network, int at, ExampleSet resident, int from, int to) {
        InputSpec input = network.spec().input();
        int classes = network.spec().classes();
        int each = kept(input, classes);
        int values = (to - from) * each;
        if (predicted.length < values) {
            predicted = new float[values];
        }
        if (input.tokens()) {
            int wrong = network.targets(resident, from, to, predicted);
            score = score.plusTargets(predicted, values, wrong);
        } else {
            network.logits(resident, from, to, predicted);
            score = score.plus(predicted, to - from, classes, resident.labels(), from);
        }
        if (kept != null) {
            System.arraycopy(predicted, 0, kept, at * each, values);
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
