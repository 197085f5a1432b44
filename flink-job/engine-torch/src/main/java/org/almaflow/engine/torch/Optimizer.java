package org.almaflow.engine.torch;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.almaflow.learning.engine.OptimizerSpec;
import org.almaflow.learning.engine.OptimizerState;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * An optimiser with its state on the device. It goes through the flat buffers in blocks that stay
 * in the processor's cache while a rule's operations pass over them; on a GPU in one.
 */
final class Optimizer implements AutoCloseable {
    private static final int BLOCK = 1 << 16;

    /**
     * Added to every moving average: one whose gradient stays zero (that of a dead unit) would
     * decay into denormal numbers, which processors handle some fifty times slower. Nothing else
     * notices so small a number.
     */
    private static final float FLOOR = 1e-30f;

    /** A part of the flat buffers. */
    private record Block(
            Tensor theta, Tensor gradient, List<Tensor> buffers, Tensor one, Tensor other) {}

    /** What an optimiser does to a block, in a step whose rate is given. */
    private interface Rule {
        void update(Block block);
    }

    private final OptimizerSpec spec;
    private final Place place;
    private final Arena arena;
    private final int parameters;
    private final List<Tensor> buffers = new ArrayList<>();
    private final List<Block> blocks = new ArrayList<>();
    private final Tensor floor;
    private final Scalar decay;
    private final Rule rule;
    private long steps;

    /** Of the flat parameters {@code theta} and their gradient, which it changes in its steps. */
    Optimizer(OptimizerSpec spec, Place place, Tensor theta, Tensor gradient) {
        this.spec = spec;
        this.place = place;
        this.parameters = Math.toIntExact(theta.numel());
        this.arena = new Arena(place);
        try {
            int kept = buffers(spec);
            for (int i = 0; i < kept; i++) {
                buffers.add(arena.zeros(parameters));
            }
            floor = arena.zeros(1);
            place.write(new float[] {FLOOR}, floor);
            decay = scalar(weightDecay(spec));
            rule = rule(spec);
            split(theta, gradient);
        } catch (RuntimeException e) {
            arena.close();
            throw e;
        }
    }

    private static int buffers(OptimizerSpec spec) {
        return spec instanceof OptimizerSpec.Sgd sgd ? (sgd.momentum() == 0 ? 0 : 1) : 2;
    }

    private static double weightDecay(OptimizerSpec spec) {
        if (spec instanceof OptimizerSpec.Adadelta adadelta) {
            return adadelta.weightDecay();
        }
        return spec instanceof OptimizerSpec.Adam adam
                ? adam.weightDecay()
                : ((OptimizerSpec.Sgd) spec).weightDecay();
    }

    private void split(Tensor theta, Tensor gradient) {
        int size = place.gpu() ? parameters : Math.min(parameters, BLOCK);
        Tensor one = arena.zeros(size);
        Tensor other = arena.zeros(size);
        for (int from = 0; from < parameters; from += size) {
            int start = from;
            int some = Math.min(size, parameters - from);
            blocks.add(
                    new Block(
                            arena.keep(theta.narrow(0, start, some)),
                            arena.keep(gradient.narrow(0, start, some)),
                            buffers.stream()
                                    .map(b -> arena.keep(b.narrow(0, start, some)))
                                    .toList(),
                            arena.keep(one.narrow(0, 0, some)),
                            arena.keep(other.narrow(0, 0, some))));
        }
    }

    private Scalar scalar(double value) {
        return arena.keep(new Scalar(value));
    }

    private Rule rule(OptimizerSpec of) {
        if (of instanceof OptimizerSpec.Adadelta s) {
            return adadelta(s);
        }
        return of instanceof OptimizerSpec.Adam s ? adam(s) : sgd((OptimizerSpec.Sgd) of);
    }

    private Rule adadelta(OptimizerSpec.Adadelta s) {
        Scalar rho = scalar(s.rho());
        Scalar rest = scalar(1 - s.rho());
        Scalar epsilon = scalar(s.epsilon());
        Scalar rate = scalar(-s.learningRate());
        return b -> {
            Tensor squares = b.buffers.get(0);
            Tensor moves = b.buffers.get(1);
            decay(squares, rho).addcmul_(b.gradient, b.gradient, rest);
            torch.add_out(b.one, moves, epsilon);
            torch.add_out(b.other, squares, epsilon);
            b.one.div_(b.other).sqrt_().mul_(b.gradient);
            decay(moves, rho).addcmul_(b.one, b.one, rest);
            b.theta.add_(b.one, rate);
        };
    }

    private Rule adam(OptimizerSpec.Adam s) {
        Scalar beta1 = scalar(s.beta1());
        Scalar rest1 = scalar(1 - s.beta1());
        Scalar beta2 = scalar(s.beta2());
        Scalar rest2 = scalar(1 - s.beta2());
        Scalar epsilon = scalar(s.epsilon());
        return b -> {
            double rate = s.rate(steps) / (1 - Math.pow(s.beta1(), (double) steps));
            double correction = 1 / Math.sqrt(1 - Math.pow(s.beta2(), (double) steps));
            Tensor mean = b.buffers.get(0);
            Tensor square = b.buffers.get(1);
            decay(mean, beta1).add_(b.gradient, rest1);
            decay(square, beta2).addcmul_(b.gradient, b.gradient, rest2);
            torch.sqrt_out(b.one, square);
            b.one.mul_(new Scalar(correction)).add_(epsilon);
            b.theta.addcdiv_(mean, b.one, new Scalar(-rate));
        };
    }

    /** (PyTorch's first velocity is the gradient itself: the same as from zero.) */
    private Rule sgd(OptimizerSpec.Sgd s) {
        Scalar rate = scalar(-s.learningRate());
        if (s.momentum() == 0) {
            return b -> b.theta.add_(b.gradient, rate);
        }
        Scalar momentum = scalar(s.momentum());
        Scalar velocityRate = scalar(-s.learningRate() * (s.nesterov() ? s.momentum() : 1));
        return b -> {
            Tensor velocity = decay(b.buffers.get(0), momentum).add_(b.gradient);
            b.theta.add_(velocity, velocityRate);
            if (s.nesterov()) {
                b.theta.add_(b.gradient, rate);
            }
        };
    }

    /** {@code average ← FLOOR + share · average}. */
    private Tensor decay(Tensor average, Scalar share) {
        torch.add_out(average, floor, average, share);
        return average;
    }

    /** Moves the parameters by the gradient, which is not kept. */
    void step() {
        steps++;
        boolean decayed = weightDecay(spec) != 0;
        for (Block block : blocks) {
            if (decayed) {
                block.gradient.add_(block.theta, decay);
            }
            rule.update(block);
        }
    }

    OptimizerState state() {
        return new OptimizerState(steps, buffers.stream().map(Place::read).toArray(float[][]::new));
    }

    /** Continues from a state, of which it takes a copy. */
    void restore(OptimizerState state) {
        boolean fits = state.buffers().length == buffers.size();
        for (float[] buffer : state.buffers()) {
            fits &= buffer.length == parameters;
        }
        if (!fits) {
            throw new IllegalArgumentException(
                    "%s keeps %d buffers of %d values; the state has lengths %s"
                            .formatted(
                                    spec,
                                    buffers.size(),
                                    parameters,
                                    Arrays.stream(state.buffers()).map(b -> b.length).toList()));
        }
        steps = state.steps();
        for (int i = 0; i < buffers.size(); i++) {
            place.write(state.buffers()[i], buffers.get(i));
        }
    }

    /** Bytes of its state and its own memory. */
    long bytes() {
        return arena.bytes();
    }

    @Override
    public void close() {
        arena.close();
    }
}
