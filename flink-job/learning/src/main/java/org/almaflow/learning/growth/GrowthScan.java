package org.almaflow.learning.growth;

import org.almaflow.learning.engine.ExampleSet;
import org.almaflow.learning.engine.Network;
import org.almaflow.learning.network.NetworkSpec;

/**
 * Measures over an example set, one mini-batch a step, how much each expert of a mixture is used.
 * Its state is {@link #position} and {@link #usage}.
 */
public final class GrowthScan {
    private static final int BATCH = 1000;

    private final ExampleSet set;
    private final double[][] usage;
    private int position;
    private long nanos;

    /** From the beginning. */
    public GrowthScan(ExampleSet set, NetworkSpec spec) {
        this(
                set,
                0,
                spec.mixtures().stream()
                        .map(mixture -> new double[mixture.experts()])
                        .toArray(double[][]::new),
                0);
    }

    /** From where another left off. */
    public GrowthScan(ExampleSet set, int position, double[][] usage, long nanos) {
        this.set = set;
        this.position = position;
        this.usage = usage;
        this.nanos = nanos;
    }

    /** Scans the next mini-batch. */
    public void step(Network network) {
        long start = System.nanoTime();
        int to = Math.min(position + BATCH, set.count());
        if (to > position) {
            network.addUsage(set, position, to, usage);
        }
        position = to;
        nanos += System.nanoTime() - start;
    }

    /** Whether every example is scanned. */
    public boolean done() {
        return position == set.count();
    }

    /** Index of the next example: also the number of those scanned. */
    public int position() {
        return position;
    }

    /** Usage so far: one array a mixture layer, one element an expert. */
    public double[][] usage() {
        return usage;
    }

    /** Time spent in steps, in nanoseconds. */
    public long nanos() {
        return nanos;
    }
}
