package org.almaflow.learning.growth;

import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.almaflow.learning.engine.Examples;
import org.almaflow.learning.engine.OptimizerSpec;
import org.almaflow.learning.engine.TestingEngine;
import org.almaflow.learning.network.ElementType;
import org.almaflow.learning.network.InputSpec;
import org.almaflow.learning.network.Mixture;
import org.almaflow.learning.network.NetworkSpec;
import org.almaflow.learning.network.Tensors;
import org.almaflow.learning.network.VggSpec;

/** Small convolutional networks with weights as after training, and images for them. */
final class TestingVggs {
    static final InputSpec INPUT =
            new InputSpec(ElementType.UINT8, List.of(1, 8, 4), List.of(0.5f), List.of(0.3f));
    static final int CLASSES = 3;
    static final OptimizerSpec STILL = new OptimizerSpec.Sgd(0, 0, false, 0);

    private TestingVggs() {}

    /** Three convolutions, 2, 1 and 2 channels wide, read by a linear layer at 2 x 1 pixels. */
    static VggSpec spec() {
        Mixture one = Mixture.flat(1);
        return new VggSpec(
                INPUT,
                List.of(new VggSpec.Block(List.of(2, 1), one), new VggSpec.Block(List.of(2), one)),
                CLASSES);
    }

    /** All values random, those that must be positive positive. */
    static Tensors weights(NetworkSpec spec, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        Map<String, Tensors.Tensor> tensors = new LinkedHashMap<>();
        Tensors.initial(spec, seed)
                .byName()
                .forEach(
                        (name, t) -> {
                            float[] data = t.data().clone();
                            for (int i = 0; i < data.length && name.contains("norms"); i++) {
                                data[i] += (float) (0.4 * random.nextDouble() - 0.1);
                            }
                            tensors.put(name, new Tensors.Tensor(t.shape(), data));
                        });
        return new Tensors(tensors);
    }

    static Examples images(int count) {
        SplittableRandom random = new SplittableRandom(5);
        byte[] pixels = new byte[count * INPUT.bytes()];
        random.nextBytes(pixels);
        int[] labels = IntStream.range(0, count).map(i -> random.nextInt(CLASSES)).toArray();
        return new Examples(INPUT, CLASSES, ByteBuffer.wrap(pixels), labels);
    }

    /** Logits in inference. */
    static float[] logits(NetworkSpec spec, Tensors weights) {
        TestingEngine engine = new TestingEngine();
        float[] logits = new float[20 * CLASSES];
        try (var network = engine.network(spec);
                var set = engine.upload(images(20))) {
            network.load(weights);
            network.logits(set, 0, 20, logits);
        }
        return logits;
    }

    /** The mean loss over a mini-batch in training. */
    static double loss(NetworkSpec spec, Tensors weights, Examples images) {
        TestingEngine engine = new TestingEngine();
        try (var network = engine.network(spec);
                var set = engine.upload(images)) {
            network.load(weights);
            network.resetOptimizer(STILL);
            int[] rows = IntStream.range(0, images.count()).toArray();
            return network.trainStep(set, rows, 0, rows.length) / rows.length;
        }
    }

    static double largestDifference(float[] a, float[] b) {
        return IntStream.range(0, a.length).mapToDouble(i -> Math.abs(a[i] - b[i])).max().orElse(0);
    }
}
