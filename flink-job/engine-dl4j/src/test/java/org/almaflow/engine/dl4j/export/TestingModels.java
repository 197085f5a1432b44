package org.almaflow.engine.dl4j.export;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.almaflow.learning.network.ElementType;
import org.almaflow.learning.network.InputSpec;
import org.almaflow.learning.network.JointSpec;
import org.almaflow.learning.network.Mixture;
import org.almaflow.learning.network.MixtureMlpSpec;
import org.almaflow.learning.network.MlpSpec;
import org.almaflow.learning.network.NetworkSpec;
import org.almaflow.learning.network.Safetensors.Model;
import org.almaflow.learning.network.Tensors;
import org.almaflow.learning.network.Tensors.Tensor;
import org.almaflow.learning.network.VggSpec;

/** Networks of every kind, with weights as training leaves them behind. */
final class TestingModels {
    static final InputSpec MNIST =
            new InputSpec(
                    ElementType.UINT8, List.of(1, 28, 28), List.of(0.1307f), List.of(0.3081f));
    static final InputSpec COLOUR =
            new InputSpec(
                    ElementType.UINT8,
                    List.of(3, 4, 5),
                    List.of(0.4914f, 0.4822f, 0.4465f),
                    List.of(0.2470f, 0.2435f, 0.2616f));
    static final InputSpec CIFAR =
            new InputSpec(ElementType.UINT8, List.of(3, 32, 32), COLOUR.mean(), COLOUR.std());
    static final InputSpec GREY =
            new InputSpec(ElementType.FLOAT32, List.of(1, 18, 13), List.of(0.5f), List.of(2f));
    static final InputSpec TABLE =
            new InputSpec(
                    ElementType.FLOAT32,
                    List.of(3),
                    List.of(10f, -2f, 0.5f),
                    List.of(4f, 0.1f, 1f));
    static final InputSpec COUNTS =
            new InputSpec(ElementType.INT32, List.of(7), List.of(3f), List.of(2f));
    static final InputSpec PLAIN =
            new InputSpec(ElementType.FLOAT32, List.of(6), List.of(), List.of());

    static Stream<NetworkSpec> networks() {
        return Stream.of(
                new MlpSpec(MNIST, List.of(64, 64), 10),
                new MlpSpec(COLOUR, List.of(7), 4),
                new MlpSpec(TABLE, List.of(), 2),
                new MlpSpec(COUNTS, List.of(5, 4, 3), 3),
                new JointSpec(4, new MlpSpec(MNIST, List.of(64, 64), 10)),
                new JointSpec(1, new MlpSpec(PLAIN, List.of(8), 3)),
                new JointSpec(3, new MlpSpec(TABLE, List.of(), 2)),
                new JointSpec(3, new MlpSpec(PLAIN, List.of(8), 3), JointSpec.Joining.SUM),
                MixtureMlpSpec.flat(MNIST, List.of(64, 64), 2, 10),
                MixtureMlpSpec.flat(COLOUR, List.of(6), 1, 3),
                grown(),
                VggSpec.plain(CIFAR, 16, 10),
                new JointSpec(2, VggSpec.plain(CIFAR, 4, 10)),
                VggSpec.mixture(CIFAR, 4, 2, 10),
                grownVgg());
    }

    /** Two layers whose trees have nodes of three and two children, two deep and more. */
    private static NetworkSpec grown() {
        Mixture wide = Mixture.flat(3).split(1).split(3).split(0);
        Mixture deep = Mixture.flat(1).split(0).split(1).split(1);
        return new MixtureMlpSpec(
                COLOUR,
                List.of(new MixtureMlpSpec.Layer(9, wide), new MixtureMlpSpec.Layer(5, deep)),
                4);
    }

    /** Odd sizes and widths that differ, no expert in one block, three in another. */
    private static NetworkSpec grownVgg() {
        return new VggSpec(
                GREY,
                List.of(
                        new VggSpec.Block(List.of(3, 5), Mixture.flat(1)),
                        new VggSpec.Block(List.of(4), Mixture.flat(2).split(0)),
                        new VggSpec.Block(List.of(6, 2), Mixture.flat(1).split(0))),
                3);
    }

    private TestingModels() {}

    static Model model(NetworkSpec spec, long seed) {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        SplittableRandom random = new SplittableRandom(seed);
        Tensors.initial(spec, seed)
                .byName()
                .forEach((name, tensor) -> tensors.put(name, asTrained(name, tensor, random)));
        return new Model(spec, new Tensors(tensors));
    }

    /**
     * Batch normalisation neither 0 nor 1, and convolutions that keep the size of a signal, so that
     * outputs of a deep network differ from example to example.
     */
    private static Tensor asTrained(String name, Tensor tensor, SplittableRandom random) {
        float[] data = tensor.data().clone();
        for (int i = 0; i < data.length; i++) {
            if (name.contains(".norms.")) {
                data[i] += (float) random.nextDouble(-0.3, 0.3);
            } else if (name.contains(".convs.")) {
                data[i] *= (float) Math.sqrt(6);
            }
        }
        return new Tensor(tensor.shape(), data);
    }
}
