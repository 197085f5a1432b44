package org.almaflow.engine.dl4j.bench;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.SplittableRandom;
import org.almaflow.learning.engine.Engine;
import org.almaflow.learning.engine.ExampleSet;
import org.almaflow.learning.engine.Examples;
import org.almaflow.learning.engine.Network;
import org.almaflow.learning.engine.OptimizerSpec;
import org.almaflow.learning.network.ElementType;
import org.almaflow.learning.network.InputSpec;
import org.almaflow.learning.network.MlpSpec;
import org.almaflow.learning.network.Tensors;

/** {@link Network#trainStep} on shuffled rows of a resident set, with the loss of every step. */
final class EngineLoop implements Contestant {
    private static final int EXAMPLES = 10_000;

    private final int n;
    private final ExampleSet set;
    private final Network network;
    private final Tensors start;
    private final int[] rows;
    private int next;

    EngineLoop(Engine engine, int n, int h) {
        this.n = n;
        MlpSpec spec = mnistLike(h);
        set = engine.upload(random(spec, EXAMPLES));
        network = engine.network(spec);
        start = Tensors.initial(spec, 1);
        rows = new SplittableRandom(2).ints(EXAMPLES, 0, EXAMPLES).toArray();
    }

    /** The network of the requirement on examples like MNIST's. */
    static MlpSpec mnistLike(int h) {
        InputSpec input =
                new InputSpec(
                        ElementType.UINT8, List.of(1, 28, 28), List.of(0.1307f), List.of(0.3081f));
        return new MlpSpec(input, List.of(h, h), 10);
    }

    /** Random pixels and labels. */
    static Examples random(MlpSpec spec, int count) {
        byte[] pixels = new byte[count * spec.input().bytes()];
        new SplittableRandom(3).nextBytes(pixels);
        int[] labels = new SplittableRandom(4).ints(count, 0, spec.classes()).toArray();
        return new Examples(spec.input(), spec.classes(), ByteBuffer.wrap(pixels), labels);
    }

    @Override
    public String name() {
        return "engine";
    }

    @Override
    public long train(int batches) {
        network.load(start);
        network.resetOptimizer(new OptimizerSpec.Adadelta(1.0, 0.9, 1e-6, 0));
        for (int i = 0; i < batches; i++) {
            if (next + n > EXAMPLES) {
                next = 0;
            }
            double loss = network.trainStep(set, rows, next, next + n);
            if (!Double.isFinite(loss)) {
                throw new IllegalStateException("training has diverged: loss " + loss);
            }
            next += n;
        }
        return (long) batches * n;
    }
}
