package org.almaflow.learning.session;

import java.io.IOException;
import org.almaflow.learning.engine.ExampleSet;

/**
 * Full mini-batches of a training set in random order, pass after pass without end: for looking at
 * gradients outside a session. Which mini-batch has which index is a function of the seed.
 */
public final class ShuffledBatches {
    private final WindowedSet set;
    private final int size;
    private final long seed;

    private int pass;
    private Passage passage;
    private int window;

    /** Index of the first mini-batch of the window. */
    private int windowBegin;

    /** Of the window's rows; null until it is needed. */
    private int[] order;

    /** A mini-batch on the device: {@code order[from..to)} of {@code set}. */
    public record Batch(ExampleSet set, int[] order, int from, int to) {}

    /** Mini-batches of {@code size} examples; of fewer where a window has no more. */
    public ShuffledBatches(WindowedSet set, int size, long seed) {
        this.set = set;
        this.size = size;
        this.seed = seed;
        begin(0, 0);
    }

    /** Whether mini-batch {@code index} is on the device; indices never go down. */
    public boolean ready(int index) {
        seek(index);
        return set.ready(passage, window);
    }

    /** Brings the next piece of what {@link #ready} waits for. */
    public void load(int index) throws IOException {
        seek(index);
        set.load(passage, window);
    }

    /** Mini-batch {@code index}, when it is ready. */
    public Batch get(int index) {
        seek(index);
        int rows = passage.rows(window);
        if (order == null) {
            order = Seeds.permutation(rows, windowSeed(Seeds.Purpose.SHUFFLE));
        }
        int batch = Math.min(size, rows);
        int from = (index - windowBegin) * batch;
        return new Batch(set.resident(), order, from, from + batch);
    }

    /** A seed for the window of the mini-batch that was got last. */
    public long windowSeed(Seeds.Purpose purpose) {
        return window == 0
                ? Seeds.derive(seed, purpose, pass)
                : Seeds.derive(seed, purpose, pass, window);
    }

    private void seek(int index) {
        while (index >= windowBegin + batches()) {
            int next = windowBegin + batches();
            if (window + 1 == passage.windows().size()) {
                begin(pass + 1, next);
            } else {
                window++;
                windowBegin = next;
                order = null;
            }
        }
    }

    private void begin(int newPass, int index) {
        pass = newPass;
        passage = set.shuffled(Seeds.derive(seed, Seeds.Purpose.WINDOW, pass));
        window = 0;
        windowBegin = index;
        order = null;
    }

    private int batches() {
        int rows = passage.rows(window);
        return rows / Math.min(size, rows);
    }
}
