package org.almaflow.learning.growth;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import org.almaflow.learning.network.NetworkSpec;
import org.almaflow.learning.network.TransformerSpec;
import org.almaflow.learning.session.Cost;
import org.almaflow.learning.session.Evaluation;
import org.almaflow.learning.session.SequentialPass;

/**
 * Growth of a mixture: measures over the validation set how much each expert is used, then splits
 * the most used one of each layer; of a transformer copies those with the largest loss.
 */
final class MixtureScan implements Growth {
    private final GrowthSite site;
    private final int copies;
    private final double[][] usage;
    private SequentialPass pass;
    private long nanos;

    MixtureScan(GrowthSite site, int copies) {
        this.site = site;
        this.copies = copies;
        this.pass = new SequentialPass(site.sets().validation(), 0);
        this.usage = MixtureGrowth.unused(site.network().spec());
    }

    MixtureScan(GrowthSite site, int copies, DataInput state) throws IOException {
        this(site, copies);
        pass = new SequentialPass(site.sets().validation(), state.readInt());
        nanos = state.readLong();
        for (double[] layer : usage) {
            for (int expert = 0; expert < layer.length; expert++) {
                layer[expert] = state.readDouble();
            }
        }
    }

    @Override
    public boolean ready() {
        return pass.ready();
    }

    @Override
    public void load() throws IOException {
        long start = System.nanoTime();
        pass.load();
        nanos += System.nanoTime() - start;
    }

    @Override
    public void step() {
        long start = System.nanoTime();
        int batch = Evaluation.batch(site.network().spec().input());
        pass.step(batch, (set, from, to) -> site.network().addUsage(set, from, to, usage));
        nanos += System.nanoTime() - start;
    }

    @Override
    public boolean done() {
        return pass.done();
    }

    @Override
    public Grown grown() {
        if (site.network().spec() instanceof TransformerSpec spec) {
            return SwitchGrowth.copy(spec, site.weights(), usage, copies);
        }
        return MixtureGrowth.split(
                site.network().spec(), site.weights(), MixtureGrowth.mostUsed(usage), site.seed());
    }

    @Override
    public Cost cost() {
        NetworkSpec spec = site.network().spec();
        return Cost.NONE.plusForward(pass.position(), spec.forwardMacs());
    }

    @Override
    public long nanos() {
        return nanos;
    }

    @Override
    public long bytes() {
        return 0;
    }

    @Override
    public void write(DataOutput out) throws IOException {
        out.writeInt(pass.position());
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
