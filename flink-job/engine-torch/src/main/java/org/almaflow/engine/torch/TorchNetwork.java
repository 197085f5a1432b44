package org.almaflow.engine.torch;

import java.util.Objects;
import java.util.function.Supplier;
import org.almaflow.learning.engine.Augmentation;
import org.almaflow.learning.engine.ExampleChecks;
import org.almaflow.learning.engine.ExampleSet;
import org.almaflow.learning.engine.Network;
import org.almaflow.learning.engine.OptimizerSpec;
import org.almaflow.learning.engine.OptimizerState;
import org.almaflow.learning.network.NetworkSpec;
import org.almaflow.learning.network.Tensors;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * A network of any {@link Model}: one flat buffer of all values and one of the parameters' gradient
 * on the device, of which its forms for training and inference have views. A step's own tensors
 * live as long as the step.
 */
final class TorchNetwork implements Network {
    private static final long SUM = 2;
    private static final long NO_CLASS_IGNORED = -100;

    private final Place place;
    private final Model model;
    private final NetworkSpec spec;
    private final Arena arena;
    private final Tensor values;
    private final Tensor theta;
    private final Tensor gradient;
    private final Parameters parameters;
    private final TensorVector leaves;
    private final Model.Form training;
    private final Model.Form inference;
    private Optimizer optimizer;

    /** Bytes that are counted for the steps and blocks seen so far. */
    private long working;

    private boolean closed;

    TorchNetwork(Place place, Model model) {
        this.place = place;
        this.model = model;
        this.spec = model.spec();
        this.arena = new Arena(place);
        try {
            values = arena.zeros(spec.values());
            gradient = arena.zeros(spec.parameters());
            theta = arena.keep(values.narrow(0, 0, spec.parameters()));
            parameters = new Parameters(spec, place, arena, values, gradient);
            training = Scopes.within(() -> model.bind(parameters));
            leaves = parameters.leaves();
            Parameters fixed = new Parameters(spec, place, arena, values, null);
            inference = Scopes.within(() -> model.bind(fixed));
        } catch (RuntimeException e) {
            arena.close();
            throw e;
        }
    }

    @Override
    public NetworkSpec spec() {
        return spec;
    }

    @Override
    public void load(Tensors weights) {
        requireOpen();
        place.write(weights.flat(spec), values);
    }

    @Override
    public Tensors weights() {
        requireOpen();
        return Tensors.ofFlat(spec, Place.read(values));
    }

    @Override
    public void resetOptimizer(OptimizerSpec optimizerSpec) {
        requireOpen();
        replace(Scopes.within(() -> new Optimizer(optimizerSpec, place, theta, gradient)));
    }

    @Override
    public OptimizerState optimizerState() {
        requireOptimizer();
        return optimizer.state();
    }

    @Override
    public void restoreOptimizer(OptimizerSpec optimizerSpec, OptimizerState state) {
        requireOpen();
        Optimizer restored =
                Scopes.within(() -> new Optimizer(optimizerSpec, place, theta, gradient));
        try {
            restored.restore(state);
        } catch (RuntimeException e) {
            restored.close();
            throw e;
        }
        replace(restored);
    }

    private void replace(Optimizer next) {
        if (optimizer != null) {
            optimizer.close();
        }
        optimizer = next;
    }

    @Override
    public double trainStep(
            ExampleSet set, int[] rows, int from, int to, Augmentation augmentation) {
        requireOptimizer();
        ResidentExamples examples = examples(set);
        ExampleChecks.requireRows(set, rows, from, to);
        work((to - from) * model.activations());
        int[] chosen = new int[to - from];
        System.arraycopy(rows, from, chosen, 0, chosen.length);
        return guarded(() -> step(examples, chosen, from, augmentation));
    }

    private double step(
            ResidentExamples examples, int[] rows, int position, Augmentation augmentation) {
        Tensor chosen = place.indices(rows);
        Tensor x = MiniBatch.features(place, examples, chosen, position, augmentation);
        Tensor targets = MiniBatch.targets(examples, chosen, x);
        Model.Trained trained = autocast(() -> training.train(x, position, augmentation));
        Tensor loss =
                torch.cross_entropy_loss(
                        float32(trained.logits()),
                        targets,
                        new TensorOptional(),
                        SUM,
                        NO_CLASS_IGNORED,
                        0);
        parameters.keepGradients(gradients(loss, 1.0 / targets.numel(), trained.penalty()));
        optimizer.step();
        return loss.item_double() / spec.input().targets();
    }

    /** Of {@code share} times the loss and, where there is one, the penalty. */
    private TensorVector gradients(Tensor loss, double share, Tensor penalty) {
        Tensor weight = torch.full_like(loss, new Scalar(share));
        boolean alone = penalty == null;
        TensorVector of = alone ? new TensorVector(loss) : new TensorVector(loss, penalty);
        TensorVector by =
                alone
                        ? new TensorVector(weight)
                        : new TensorVector(weight, torch.ones_like(penalty));
        return torch.grad(of, leaves, by, new BoolOptional(false), false, false);
    }

    @Override
    public void logits(ExampleSet set, int from, int to, float[] logits) {
        ExampleChecks.requireClasses(spec.input());
        int classes = spec.classes();
        Objects.checkFromIndexSize(0L, (long) (to - from) * classes, (long) logits.length);
        blocks(set, from, to, (x, row) -> Place.read(inferred(x), logits, (row - from) * classes));
    }

    @Override
    public int targets(ExampleSet set, int from, int to, float[] logProbabilities) {
        if (!spec.input().tokens()) {
            return Network.super.targets(set, from, to, logProbabilities);
        }
        int each = spec.input().targets();
        Objects.checkFromIndexSize(0L, (long) (to - from) * each, (long) logProbabilities.length);
        int[] wrong = {0};
        blocks(
                set,
                from,
                to,
                (x, row) -> {
                    Tensor logits = inferred(x);
                    Tensor targets = MiniBatch.nextTokens(x);
                    Tensor all = MiniBatch.logProbabilities(logits, targets);
                    Place.read(all, logProbabilities, (row - from) * each);
                    wrong[0] += MiniBatch.wrong(logits, targets);
                });
        return wrong[0];
    }

    private Tensor inferred(Tensor x) {
        return float32(autocast(() -> inference.logits(x)));
    }

    @Override
    public void addUsage(ExampleSet set, int from, int to, double[][] usage) {
        blocks(set, from, to, (x, row) -> inference.addUsage(x, usage));
    }

    /** What is done with a block of examples [n, elements], the first of which has that row. */
    private interface BlockAction {
        void run(Tensor x, int row);
    }

    private void blocks(ExampleSet set, int from, int to, BlockAction action) {
        requireOpen();
        ResidentExamples examples = examples(set);
        Objects.checkFromToIndex(from, to, examples.count());
        for (int row = from; row < to; row += model.block()) {
            int first = row;
            int rows = Math.min(model.block(), to - row);
            work(rows * model.activations());
            guarded(
                    () -> {
                        action.run(examples.features().narrow(0, first, rows), first);
                        return null;
                    });
        }
    }

    /** Runs native work; what it allocated is freed, and a failed allocation is explained. */
    private <T> T guarded(Supplier<T> action) {
        try {
            return Scopes.within(action);
        } catch (RuntimeException | OutOfMemoryError e) {
            if (outOfMemory(e)) {
                throw place.budget().refusal(working, "a mini-batch's values", e);
            }
            throw e;
        }
    }

    /** LibTorch's allocators say so in words only. */
    private static boolean outOfMemory(Throwable e) {
        String message = String.valueOf(e.getMessage());
        return e instanceof OutOfMemoryError
                || message.contains("out of memory")
                || message.contains("allocate memory");
    }

    /** Where bf16 is asked for, products and convolutions run in it. */
    private <T> T autocast(Supplier<T> pass) {
        if (!place.bf16()) {
            return pass.get();
        }
        torch.set_autocast_cache_enabled(false); // weights change in place, between steps
        torch.set_autocast_dtype(place.type(), torch.ScalarType.BFloat16);
        torch.set_autocast_enabled(place.type(), true);
        try {
            return pass.get();
        } finally {
            torch.set_autocast_enabled(place.type(), false);
        }
    }

    /** Losses and scores are always computed in it. */
    private Tensor float32(Tensor logits) {
        return place.bf16() ? logits.to(torch.ScalarType.Float) : logits;
    }

    private void work(long floats) {
        long wanted = floats * Float.BYTES;
        if (wanted > working) {
            place.budget().take(wanted - working, "a mini-batch's values");
            working = wanted;
        }
    }

    @Override
    public long bytes() {
        requireOpen();
        return arena.bytes() + working + (optimizer == null ? 0 : optimizer.bytes());
    }

    @Override
    public void release() {
        place.budget().give(working);
        working = 0;
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        release();
        replace(null);
        arena.close();
    }

    private ResidentExamples examples(ExampleSet set) {
        if (set instanceof ResidentExamples examples) {
            examples.requireOpen();
            ExampleChecks.requireFit(set, spec.input(), spec.classes());
            return examples;
        }
        throw new IllegalArgumentException("the example set was uploaded by another engine");
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("the network is closed");
        }
    }

    private void requireOptimizer() {
        requireOpen();
        if (optimizer == null) {
            throw new IllegalStateException("the network has no optimiser; call resetOptimizer");
        }
    }
}
