package org.almaflow.engine.dl4j.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.almaflow.engine.dl4j.Dl4jEngineProvider;
import org.almaflow.engine.dl4j.export.Dl4jExporterTest.Restored;
import org.almaflow.learning.engine.Engine;
import org.almaflow.learning.engine.EngineOptions;
import org.almaflow.learning.engine.ExampleSet;
import org.almaflow.learning.engine.Examples;
import org.almaflow.learning.engine.Network;
import org.almaflow.learning.engine.OptimizerSpec;
import org.almaflow.learning.export.Predictor;
import org.almaflow.learning.family.Averaging;
import org.almaflow.learning.network.Mixture;
import org.almaflow.learning.network.Safetensors.Model;
import org.almaflow.learning.network.TensorSpec;
import org.almaflow.learning.network.Tensors;
import org.almaflow.learning.network.VggSpec;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * In training mode, where batch normalisation goes by the mini-batch, the gradient of every tensor
 * of a convolutional network and the loss are those of DL4J's own layers.
 */
class Dl4jVggPeerTest {
    private static final int N = 24;
    private static final int CLASSES = 3;

    private static final VggSpec SPEC =
            new VggSpec(
                    TestingModels.GREY,
                    List.of(
                            new VggSpec.Block(List.of(3, 5), Mixture.flat(1)),
                            new VggSpec.Block(List.of(4), Mixture.flat(1))),
                    CLASSES);

    private final float[] pixels = new float[N * TestingModels.GREY.elements()];
    private final int[] labels = new SplittableRandom(2).ints(N, 0, CLASSES).toArray();

    private final Model model = TestingModels.model(SPEC, 1);

    @Test
    void everyGradientIsDl4js() throws IOException {
        SplittableRandom random = new SplittableRandom(3);
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (float) random.nextDouble(-2, 2);
        }
        MultiLayerNetwork peer = peer();
        try (Engine engine = new Dl4jEngineProvider().open(EngineOptions.defaults());
                ExampleSet set = engine.upload(examples());
                Network network = engine.network(SPEC)) {
            network.load(model.weights());
            network.resetOptimizer(new OptimizerSpec.Sgd(1, 0, false, 0));
            double loss = network.trainStep(set, IntStream.range(0, N).toArray(), 0, N);

            assertThat(loss / N).isCloseTo(peer.score(), within(1e-5));
            List<String> trained =
                    SPEC.tensors().stream()
                            .map(TensorSpec::name)
                            .filter(name -> !name.contains("running"))
                            .toList();
            assertThat(trained).hasSize(4 * 3 + 2);
            trained.forEach(name -> assertGradient(name, network.weights(), peer));
        }
    }

    /** The step had learning rate 1. Biases before a normalisation have no gradient but noise. */
    private void assertGradient(String tensor, Tensors after, MultiLayerNetwork peer) {
        float[] gradient = model.weights().byName().get(tensor).data().clone();
        float[] moved = after.byName().get(tensor).data();
        for (int i = 0; i < gradient.length; i++) {
            gradient[i] -= moved[i];
        }
        float[] expected = gradient(tensor, peer);
        assertThat(gradient).as(tensor).containsExactly(expected, within(2e-6f));
        if (!tensor.matches(".*convs.*bias")) {
            assertThat(Nd4j.createFromArray(expected).amaxNumber().doubleValue())
                    .as(tensor)
                    .isGreaterThan(1e-2);
        }
    }

    /** DL4J's, of the mean over the mini-batch; its own is the sum. */
    private static float[] gradient(String tensor, MultiLayerNetwork peer) {
        boolean weight = tensor.endsWith(".weight");
        boolean output = tensor.startsWith("output");
        String layer =
                output
                        ? "logits"
                        : tensor.replace("experts", "experts.0").replaceAll("\\.\\w+$", "");
        String parameter = weight ? "W" : "b";
        if (tensor.contains("norms")) {
            parameter = weight ? "gamma" : "beta";
        }
        int index = peer.getLayer(layer).getIndex();
        INDArray sum = peer.gradient().getGradientFor(index + "_" + parameter);
        return (output && weight ? sum.transpose() : sum).div(N).dup('c').ravel().toFloatVector();
    }

    private MultiLayerNetwork peer() throws IOException {
        MultiLayerNetwork peer =
                Restored.of(new Predictor(List.of(model), Averaging.LOGITS)).chain();
        INDArray targets = Nd4j.zeros(N, CLASSES);
        IntStream.range(0, N).forEach(i -> targets.putScalar(i, labels[i], 1));
        peer.setInput(Nd4j.createFromArray(pixels).reshape('c', N, pixels.length / N));
        peer.setLabels(targets);
        peer.computeGradientAndScore();
        return peer;
    }

    private Examples examples() {
        ByteBuffer bytes =
                ByteBuffer.allocate(pixels.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(pixels);
        return new Examples(SPEC.input(), CLASSES, bytes, labels);
    }
}
