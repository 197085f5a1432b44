package org.almaflow.learning.growth;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.almaflow.learning.engine.Augmentation;
import org.almaflow.learning.engine.Network;
import org.almaflow.learning.engine.OptimizerSpec;
import org.almaflow.learning.family.Family;
import org.almaflow.learning.network.Tensors;
import org.almaflow.learning.network.VggSpec;
import org.almaflow.learning.session.Cost;
import org.almaflow.learning.session.Seeds;
import org.almaflow.learning.session.ShuffledBatches;
import org.almaflow.learning.session.StateCodec;

/**
 * Growth by channels after Wu et al. 2020: for the even layers, then for the odd ones, a network
 * with all candidates at half gate looks at mini-batches of the training set; on the first ones the
 * candidates turn against their gradients, on the last ones they are scored. The best of all layers
 * are added. See docs/decisions/0008-firefly.md.
 */
final class FireFlyScan implements Growth {
    private static final int PHASES = 2;
    private static final float GATE = 0.5f;

    /** A step that moves nothing and leaves the gradient as its velocity. */
    private static final OptimizerSpec PROBE = new OptimizerSpec.Sgd(0, 0.5, false, 0);

    private final Family.FireFly family;
    private final GrowthSite site;
    private final VggSpec spec;
    private final List<Convolution> layers;
    private final int channels;
    private final ShuffledBatches batches;

    private int phase;
    private int step;
    private List<ScoredCandidate> candidates;
    private List<ScoredCandidate> best = List.of();
    private Cost cost = Cost.NONE;
    private long nanos;

    /** With all candidates of the phase; null before its first step. */
    private Network expanded;

    private FireFlyScan(Family.FireFly family, GrowthSite site) {
        this.family = family;
        this.site = site;
        site.network().release(); // it rests while a much larger one computes
        this.spec = (VggSpec) site.network().spec();
        this.layers = Convolution.of(spec);
        int width = layers.stream().mapToInt(Convolution::out).sum();
        this.channels = family.growth(site.session(), width);
        this.batches =
                new ShuffledBatches(site.sets().train(), site.training().batchSize(), site.seed());
    }

    static FireFlyScan begin(Family.FireFly family, GrowthSite site) {
        FireFlyScan scan = new FireFlyScan(family, site);
        scan.candidates = scan.candidates();
        return scan;
    }

    static FireFlyScan resume(Family.FireFly family, GrowthSite site, DataInput state)
            throws IOException {
        FireFlyScan scan = new FireFlyScan(family, site);
        scan.phase = state.readInt();
        scan.step = state.readInt();
        scan.candidates = CandidateCodec.read(state);
        scan.best = CandidateCodec.read(state);
        scan.cost = StateCodec.readCost(state);
        scan.nanos = state.readLong();
        return scan;
    }

    /** Those of the layers of this phase, before their search. */
    private List<ScoredCandidate> candidates() {
        Directions directions = new Directions(site.weights(), family.epsilon());
        long seed = Seeds.derive(site.seed(), Seeds.Purpose.GROWTH, phase);
        SplittableRandom random = new SplittableRandom(seed);
        List<ScoredCandidate> all = new ArrayList<>();
        for (int layer = phase; layer < layers.size(); layer += PHASES) {
            int added = Math.min(family.newChannels(), channels);
            for (Candidate c : directions.of(layer, layers.get(layer), added, random)) {
                all.add(new ScoredCandidate(c, 0));
            }
        }
        return all;
    }

    /** Of the next mini-batch: both phases see different ones. */
    private int index() {
        return phase * (family.searchSteps() + family.scoreSteps()) + step;
    }

    @Override
    public boolean ready() {
        return batches.ready(index());
    }

    @Override
    public void load() throws IOException {
        long start = System.nanoTime();
        batches.load(index());
        nanos += System.nanoTime() - start;
    }

    @Override
    public void step() {
        long start = System.nanoTime();
        Tensors moved = probe();
        float[] gradient = expanded.optimizerState().buffers()[0];
        look(CandidateGradient.of((VggSpec) expanded.spec(), gradient), moved);
        step++;
        if (step == family.searchSteps() + family.scoreSteps()) {
            best =
                    ScoredCandidate.best(
                            Stream.concat(best.stream(), candidates.stream()).toList(), channels);
            close();
            step = 0;
            phase++;
            candidates = done() ? List.of() : candidates();
        }
        nanos += System.nanoTime() - start;
    }

    /** The gradient at half gate on the next mini-batch; returns the values after it. */
    private Tensors probe() {
        List<Candidate> half = candidates.stream().map(c -> c.candidate().gated(GATE)).toList();
        Grown now = ChannelGrowth.grow(spec, site.weights(), half);
        if (expanded == null) {
            expanded = site.engine().network(now.spec());
        }
        expanded.load(now.weights());
        expanded.resetOptimizer(PROBE);
        ShuffledBatches.Batch batch = batches.get(index());
        expanded.trainStep(
                batch.set(),
                batch.order(),
                batch.from(),
                batch.to(),
                new Augmentation(
                        site.training().augment(), batches.windowSeed(Seeds.Purpose.AUGMENT)));
        cost = cost.plusProbe(batch.to() - batch.from(), now.spec().forwardMacs());
        return step < family.searchSteps() ? null : expanded.weights();
    }

    /** Moves the candidates, or adds to their scores. */
    private void look(CandidateGradient gradient, Tensors moved) {
        List<ScoredCandidate> next = new ArrayList<>();
        int[] seen = new int[layers.size()];
        int[] all = new int[layers.size()];
        candidates.forEach(c -> all[c.candidate().layer()]++);
        for (ScoredCandidate scored : candidates) {
            Candidate c = scored.candidate();
            Convolution at = layers.get(c.layer());
            int channel = at.out() + seen[c.layer()]++;
            int width = at.out() + all[c.layer()];
            if (step < family.searchSteps()) {
                Candidate turned = Directions.moved(c, at, gradient, channel, width);
                next.add(new ScoredCandidate(turned, 0));
            } else {
                double slope = Directions.slope(c, at, gradient, channel, width);
                next.add(
                        new ScoredCandidate(
                                measured(c, at, channel, moved),
                                scored.score() + slope / family.scoreSteps()));
            }
        }
        candidates = next;
    }

    /** Statistics of new channels: the mean over the scoring mini-batches, as they move from 0. */
    private Candidate measured(Candidate c, Convolution at, int channel, Tensors moved) {
        if (!(c instanceof Candidate.New n)) {
            return c;
        }
        double share = VggSpec.MOMENTUM * family.scoreSteps();
        float mean = moved.byName().get(at.norm() + ".running_mean").data()[channel];
        float variance = moved.byName().get(at.norm() + ".running_var").data()[channel];
        return new Candidate.New(
                n.layer(),
                n.incoming(),
                n.outgoing(),
                (float) (n.mean() + mean / share),
                (float) (n.variance() + variance / share));
    }

    @Override
    public boolean done() {
        return phase == PHASES;
    }

    /** Those that {@link #grown} adds, the best first. */
    List<ScoredCandidate> best() {
        return best;
    }

    @Override
    public Grown grown() {
        List<Candidate> chosen = best.stream().map(ScoredCandidate::candidate).toList();
        return ChannelGrowth.grow(spec, site.weights(), chosen);
    }

    @Override
    public Cost cost() {
        return cost;
    }

    @Override
    public long nanos() {
        return nanos;
    }

    @Override
    public long bytes() {
        return expanded == null ? 0 : expanded.bytes();
    }

    @Override
    public void write(DataOutput out) throws IOException {
        out.writeInt(phase);
        out.writeInt(step);
        CandidateCodec.write(out, candidates);
        CandidateCodec.write(out, best);
        StateCodec.write(out, cost);
        out.writeLong(nanos);
    }

    @Override
    public void close() {
        if (expanded != null) {
            expanded.close();
            expanded = null;
        }
    }
}
