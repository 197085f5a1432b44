package org.almaflow.learning.session;

import java.io.IOException;
import org.almaflow.learning.engine.ExampleSet;

/**
 * A pass over a set in its own order, some examples a step, through whatever windows it has. Its
 * state is {@link #position}.
 */
public final class SequentialPass {
    private final WindowedSet set;
    private int position;

    /** What is done with examples [from, to) of a set on the device. */
    @FunctionalInterface
    public interface Visit {
        void of(ExampleSet resident, int from, int to);
    }

    /** From {@code position} on. */
    public SequentialPass(WindowedSet set, int position) {
        this.set = set;
        this.position = position;
    }

    /** Whether the next examples are on the device. */
    public boolean ready() {
        return done() || set.ready(set.inOrder(), window());
    }

    /** Brings the next piece of what {@link #ready} waits for. */
    public void load() throws IOException {
        set.load(set.inOrder(), window());
    }

    /** Visits the next examples, {@code most} at most; returns how many. */
    public int step(int most, Visit visit) {
        if (done()) {
            return 0;
        }
        Passage passage = set.inOrder();
        int from = position - passage.begin(window());
        int count = Math.min(most, passage.rows(window()) - from);
        visit.of(set.resident(), from, from + count);
        position += count;
        return count;
    }

    private int window() {
        return set.inOrder().windowAt(position);
    }

    /** Whether every example was visited. */
    public boolean done() {
        return position == set.count();
    }

    /** Index of the next example. */
    public int position() {
        return position;
    }
}
