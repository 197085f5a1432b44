package org.almaflow.engine.dl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.almaflow.learning.engine.Engine;
import org.almaflow.learning.engine.EngineOptions;
import org.almaflow.learning.engine.ExampleSet;
import org.almaflow.learning.engine.Examples;
import org.almaflow.learning.engine.Network;
import org.almaflow.learning.engine.OptimizerSpec;
import org.almaflow.learning.network.ElementType;
import org.almaflow.learning.network.InputSpec;
import org.almaflow.learning.network.MlpSpec;
import org.almaflow.learning.network.Tensors;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Every layer's gradient and the loss are those of DL4J's own network, at MNIST's size. */
class Dl4jPeerTest {
    private static final int IN = 784;
    private static final int H = 64;
    private static final int OUT = 10;
    private static final int N = 128;

    private final MlpSpec spec =
            new MlpSpec(
                    new InputSpec(ElementType.FLOAT32, List.of(IN), List.of(), List.of()),
                    List.of(H, H),
                    OUT);
    private final Tensors weights = Tensors.initial(spec, 1);
    private final float[] pixels = new float[N * IN];
    private final int[] labels = new SplittableRandom(2).ints(N, 0, OUT).toArray();

    @Test
    void oneStepIsDl4js() {
        SplittableRandom random = new SplittableRandom(3);
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (float) random.nextDouble(-1, 1);
        }
        MultiLayerNetwork peer = peer();
        try (Engine engine = new Dl4jEngineProvider().open(EngineOptions.defaults());
                ExampleSet set = engine.upload(examples());
                Network network = engine.network(spec)) {
            network.load(weights);
            network.resetOptimizer(new OptimizerSpec.Sgd(1, 0, false, 0));
            double loss = network.trainStep(set, IntStream.range(0, N).toArray(), 0, N);
            INDArray targets = Nd4j.zeros(N, OUT);
            IntStream.range(0, N).forEach(i -> targets.putScalar(i, labels[i], 1));
            peer.fit(Nd4j.createFromArray(pixels).reshape(N, IN), targets);
            assertThat(loss / N).isCloseTo(peer.score(), within(1e-5));
            for (int layer = 0; layer < 3; layer++) {
                assertLayer(network.weights(), peer, layer);
            }
        }
    }

    private void assertLayer(Tensors trained, MultiLayerNetwork peer, int layer) {
        float[] weight = trained.byName().get("layers." + layer + ".weight").data();
        float[] before = weights.byName().get("layers." + layer + ".weight").data();
        INDArray expected = peer.getLayer(layer).getParam("W").transpose().dup('c');
        assertThat(weight).isNotEqualTo(before);
        assertThat(weight).containsExactly(expected.ravel().toFloatVector(), within(1e-6f));
        float[] bias = trained.byName().get("layers." + layer + ".bias").data();
        assertThat(bias)
                .containsExactly(
                        peer.getLayer(layer).getParam("b").ravel().toFloatVector(), within(1e-6f));
    }

    private MultiLayerNetwork peer() {
        MultiLayerNetwork peer =
                new MultiLayerNetwork(
                        new NeuralNetConfiguration.Builder()
                                .updater(new Sgd(1))
                                .activation(Activation.RELU)
                                .list()
                                .layer(new DenseLayer.Builder().nIn(IN).nOut(H).build())
                                .layer(new DenseLayer.Builder().nIn(H).nOut(H).build())
                                .layer(
                                        new OutputLayer.Builder(LossFunction.MCXENT)
                                                .activation(Activation.SOFTMAX)
                                                .nIn(H)
                                                .nOut(OUT)
                                                .build())
                                .build());
        peer.init();
        for (int layer = 0; layer < 3; layer++) {
            Tensors.Tensor weight = weights.byName().get("layers." + layer + ".weight");
            int out = weight.shape().get(0);
            INDArray w = Nd4j.createFromArray(weight.data()).reshape(out, weight.shape().get(1));
            peer.getLayer(layer).getParam("W").assign(w.transpose());
            float[] bias = weights.byName().get("layers." + layer + ".bias").data();
            peer.getLayer(layer).getParam("b").assign(Nd4j.createFromArray(bias).reshape(1, out));
        }
        return peer;
    }

    private Examples examples() {
        ByteBuffer bytes =
                ByteBuffer.allocate(pixels.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(pixels);
        return new Examples(spec.input(), OUT, bytes, labels);
    }
}
