package org.almaflow.learning.growth;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import org.almaflow.learning.engine.ExampleSet;
import org.almaflow.learning.network.NetworkSpec;
import org.almaflow.learning.session.Cost;

/**
 * Growth of a mixture: measures over the validation set how much each expert is used, then splits
 * the most used one of each layer.
 */
final class MixtureScan implements Growth {
    private static final int BATCH = 1000;

    private final GrowthSite site;
    private final ExampleSet set;
    private final double[][] usage;
    private int position;
    private long nanos;

    MixtureScan(GrowthSite site) {
        this.site = site;
        this.set = site.sets().validation();
        this.usage = MixtureGrowth.unused(site.network().spec());
    }

    MixtureScan(GrowthSite site, DataInput state) throws IOException {
        this(site);
        position = state.readInt();
        nanos = state.readLong();
        for (double[] layer : usage) {
            for (int expert = 0; expert < layer.length; expert++) {
                layer[expert] = state.readDouble();
            }
        }
    }

    @Override
    public void step() {
        long start = System.nanoTime();
        int to = Math.min(position + BATCH, set.count());
        if (to > position) {
            site.network().addUsage(set, position, to, usage);
        }
        position = to;
        nanos += System.nanoTime() - start;
    }

    @Override
    public boolean done() {
        return position == set.count();
    }

    @Override
    public Grown grown() {
        return MixtureGrowth.split(
                site.network().spec(), site.weights(), MixtureGrowth.mostUsed(usage), site.seed());
    }

    @Override
    public Cost cost() {
        NetworkSpec spec = site.network().spec();
        return Cost.NONE.plusForward(position, spec.forwardMacs());
    }

    @Override
    public long nanos() {
        return nanos;
    }

    @Override
    public void write(DataOutput out) throws IOException {
        out.writeInt(position);
        out.writeLong(nanos);
        for (double[] layer : usage) {
            for (double u : layer) {
                out.writeDouble(u);
            }
        }
    }

    @Override
    public void close() {
        // It holds nothing.
    }
}
