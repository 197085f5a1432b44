package org.almaflow.learning.growth;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.almaflow.learning.network.Tensors;

/**
 * Where candidates start, how they move and how they are scored; see
 * docs/decisions/0008-firefly.md.
 *
 * <p>Every direction keeps the length it starts with: a new channel's outgoing weights are a share
 * epsilon of what the layer's channels are read with on average, a split's direction is √epsilon of
 * the channel's weights. As a split counts in second order only, both change the function by about
 * epsilon. A new channel's incoming weights start as those of a new network.
 */
final class Directions {
    /** Length of a step, as a share of the direction's own. */
    private static final double STEP = 0.5;

    private final Tensors weights;
    private final double epsilon;

    /**
     * @param weights of the network that grows
     * @param epsilon share of the function that a candidate may change
     */
    Directions(Tensors weights, double epsilon) {
        this.weights = weights;
        this.epsilon = epsilon;
    }

    /** The split of every channel of a layer, and {@code added} new channels. */
    List<Candidate> of(int layer, Convolution at, int added, SplittableRandom random) {
        float[] incoming = weights.byName().get(at.conv() + ".weight").data();
        float[] outgoing = weights.byName().get(at.reader()).data();
        List<Candidate> candidates = new ArrayList<>();
        for (int channel = 0; channel < at.out(); channel++) {
            double length = Math.sqrt(epsilon) * length(incoming, channel * at.row(), at.row());
            candidates.add(new Candidate.Split(layer, channel, random(at.row(), length, random)));
        }
        double bound = 1 / Math.sqrt(at.row());
        double length = epsilon * length(outgoing, 0, outgoing.length) / Math.sqrt(at.out());
        for (int i = 0; i < added; i++) {
            float[] in = new float[at.row()];
            for (int k = 0; k < in.length; k++) {
                in[k] = (float) ((2 * random.nextDouble() - 1) * bound);
            }
            float[] out = random(at.readers() * at.taps(), length, random);
            candidates.add(new Candidate.New(layer, in, out, 0, 0));
        }
        return candidates;
    }

    private static float[] random(int size, double length, SplittableRandom random) {
        float[] values = new float[size];
        for (int i = 0; i < size; i++) {
            values[i] = (float) (2 * random.nextDouble() - 1);
        }
        double scale = length / length(values, 0, size);
        for (int i = 0; i < size; i++) {
            values[i] *= (float) scale;
        }
        return values;
    }

    /**
     * The candidate moved against its gradient.
     *
     * @param channel its number among the layer's channels
     */
    static Candidate moved(Candidate c, Convolution at, CandidateGradient g, int channel, int all) {
        if (c instanceof Candidate.Split s) {
            float[] gradient = g.direction(at, s.channel(), channel);
            return new Candidate.Split(s.layer(), s.channel(), turned(s.direction(), gradient));
        }
        Candidate.New n = (Candidate.New) c;
        return new Candidate.New(
                n.layer(),
                turned(n.incoming(), g.incoming(at, channel)),
                turned(n.outgoing(), g.outgoing(at, channel, all)),
                0,
                0);
    }

    /** A step against the gradient, back to the same length. */
    static float[] turned(float[] direction, float[] gradient) {
        double own = length(direction, 0, direction.length);
        double slope = length(gradient, 0, gradient.length);
        if (!(own > 0) || !(slope > 0) || Double.isInfinite(slope)) {
            return direction;
        }
        float[] turned = new float[direction.length];
        for (int i = 0; i < turned.length; i++) {
            turned[i] = (float) (direction[i] - STEP * own / slope * gradient[i]);
        }
        double scale = own / length(turned, 0, turned.length);
        for (int i = 0; i < turned.length; i++) {
            turned[i] *= (float) scale;
        }
        return turned;
    }

    /** Derivative of the loss by the candidate's gate. */
    static double slope(Candidate c, Convolution at, CandidateGradient g, int channel, int all) {
        return c instanceof Candidate.Split split
                ? product(split.direction(), g.direction(at, split.channel(), channel))
                : product(((Candidate.New) c).outgoing(), g.outgoing(at, channel, all));
    }

    private static double product(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += (double) a[i] * b[i];
        }
        return sum;
    }

    private static double length(float[] values, int from, int count) {
        double squares = 0;
        for (int i = from; i < from + count; i++) {
            squares += (double) values[i] * values[i];
        }
        return Math.sqrt(squares);
    }
}
