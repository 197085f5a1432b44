package org.almaflow.engine.dl4j.bench;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.almaflow.engine.dl4j.Dl4jEngineProvider;
import org.almaflow.learning.engine.Augmentation;
import org.almaflow.learning.engine.Engine;
import org.almaflow.learning.engine.EngineOptions;
import org.almaflow.learning.engine.ExampleSet;
import org.almaflow.learning.engine.Examples;
import org.almaflow.learning.engine.Network;
import org.almaflow.learning.engine.OptimizerSpec;
import org.almaflow.learning.network.ElementType;
import org.almaflow.learning.network.InputSpec;
import org.almaflow.learning.network.Mixture;
import org.almaflow.learning.network.Tensors;
import org.almaflow.learning.network.VggSpec;
import org.bytedeco.javacpp.Pointer;

/**
 * Memory and time of the networks of cifar10-families.yaml at sizes that growth leads to: training
 * steps of 128 images, a last one of 4, and evaluation. Arguments: {@code moe EXPERTS} or {@code ff
 * CHANNELS}, or {@code scan CHANNELS} for a growing one, which has candidates in every other layer.
 */
final class FinalSizeBenchmark {
    private static final InputSpec CIFAR =
            new InputSpec(
                    ElementType.UINT8,
                    List.of(3, 32, 32),
                    List.of(0.4914f, 0.4822f, 0.4465f),
                    List.of(0.2470f, 0.2435f, 0.2616f));
    private static final int CLASSES = 10;
    private static final int CHANNELS = 16;
    private static final int CANDIDATES = 70;
    private static final int BATCH = 128;
    private static final int TRAIN = 3 * BATCH + 4;

    private FinalSizeBenchmark() {}

    public static void main(String[] args) {
        VggSpec spec = spec(args[0], Integer.parseInt(args[1]));
        try (Engine engine = new Dl4jEngineProvider().open(EngineOptions.defaults());
                ExampleSet set = engine.upload(examples());
                Network network = engine.network(spec)) {
            network.load(Tensors.initial(spec, 1));
            network.resetOptimizer(new OptimizerSpec.Sgd(0.01, 0.9, true, 1e-4));
            int[] rows = IntStream.range(0, TRAIN).toArray();
            long begun = 0;
            for (int at = 0; at < TRAIN; at += BATCH) {
                begun = at == BATCH ? System.nanoTime() : begun; // the first one warms up
                if (at == 3 * BATCH) {
                    print(args, spec, network, (System.nanoTime() - begun) / 2e9);
                }
                int to = Math.min(TRAIN, at + BATCH);
                network.trainStep(
                        set, rows, at, to, new Augmentation(Augmentation.Kind.PAD_CROP_FLIP, 1));
            }
            network.logits(set, 0, TRAIN, new float[TRAIN * CLASSES]);
            System.out.printf(
                    "with a last mini-batch of 4 and evaluation: %d MiB, process %d MiB%n",
                    network.bytes() >> 20, Pointer.physicalBytes() >> 20);
        }
    }

    private static void print(String[] args, VggSpec spec, Network network, double seconds) {
        double macs = 3.0 * BATCH * spec.forwardMacs();
        System.out.printf(
                "%s: %,d parameters, %,d MACs an example; step of 128: %.3f s (%.1f GMAC/s);"
                        + " network %d MiB, process %d MiB%n",
                String.join(" ", args),
                spec.parameters(),
                spec.forwardMacs(),
                seconds,
                macs / seconds / 1e9,
                network.bytes() >> 20,
                Pointer.physicalBytes() >> 20);
    }

    private static VggSpec spec(String kind, int size) {
        if (kind.equals("moe")) {
            return VggSpec.mixture(CIFAR, CHANNELS, size, CLASSES);
        }
        List<VggSpec.Block> blocks = new ArrayList<>();
        int layer = 0;
        for (int count : VggSpec.VGG19) {
            int first = layer;
            List<Integer> channels =
                    Stream.iterate(first, i -> i + 1)
                            .limit(count)
                            .map(
                                    i ->
                                            kind.equals("scan") && i % 2 == 0
                                                    ? 2 * size + CANDIDATES
                                                    : size)
                            .toList();
            blocks.add(new VggSpec.Block(channels, Mixture.flat(1)));
            layer += count;
        }
        return new VggSpec(CIFAR, blocks, CLASSES);
    }

    private static Examples examples() {
        byte[] pixels = new byte[TRAIN * CIFAR.bytes()];
        SplittableRandom random = new SplittableRandom(3);
        random.nextBytes(pixels);
        int[] labels = random.ints(TRAIN, 0, CLASSES).toArray();
        return new Examples(CIFAR, CLASSES, ByteBuffer.wrap(pixels), labels);
    }
}
