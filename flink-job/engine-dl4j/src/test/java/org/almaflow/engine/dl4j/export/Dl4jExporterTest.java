package org.almaflow.engine.dl4j.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.almaflow.learning.export.ExportException;
import org.almaflow.learning.export.ModelExporters;
import org.almaflow.learning.export.Predictor;
import org.almaflow.learning.family.Averaging;
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
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** What DL4J restores from the zip predicts as the engine does. */
class Dl4jExporterTest {
    private static final InputSpec MNIST =
            new InputSpec(
                    ElementType.UINT8, List.of(1, 28, 28), List.of(0.1307f), List.of(0.3081f));
    private static final InputSpec COLOUR =
            new InputSpec(
                    ElementType.UINT8,
                    List.of(3, 4, 5),
                    List.of(0.4914f, 0.4822f, 0.4465f),
                    List.of(0.2470f, 0.2435f, 0.2616f));
    private static final InputSpec CIFAR =
            new InputSpec(ElementType.UINT8, List.of(3, 32, 32), COLOUR.mean(), COLOUR.std());
    private static final InputSpec GREY =
            new InputSpec(ElementType.FLOAT32, List.of(1, 18, 13), List.of(0.5f), List.of(2f));
    private static final InputSpec TABLE =
            new InputSpec(
                    ElementType.FLOAT32,
                    List.of(3),
                    List.of(10f, -2f, 0.5f),
                    List.of(4f, 0.1f, 1f));
    private static final InputSpec COUNTS =
            new InputSpec(ElementType.INT32, List.of(7), List.of(3f), List.of(2f));
    private static final InputSpec PLAIN =
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

    @ParameterizedTest
    @MethodSource("networks")
    void aRestoredNetworkPredictsAsTheEngineDoes(NetworkSpec spec) throws IOException {
        EngineOutput expected = EngineOutput.of(spec, 33, model(spec, 1));
        Restored restored = Restored.of(predictor(Averaging.PROBABILITIES, model(spec, 1)));

        assertClose(restored.output(expected.rows()), expected.probabilities());
        assertClose(restored.logits(expected.rows()), expected.logits(), 1e-5f);
    }

    @ParameterizedTest
    @MethodSource("networks")
    void anEnsemblePredictsTheMeanOfItsMembers(NetworkSpec spec) throws IOException {
        Model[] models = {model(spec, 1), model(spec, 2), model(spec, 3)};
        EngineOutput members = EngineOutput.of(spec, 9, models);

        Restored probabilities = Restored.of(predictor(Averaging.PROBABILITIES, models));
        assertClose(probabilities.output(members.rows()), members.probabilities());

        Restored logits = Restored.of(predictor(Averaging.LOGITS, models));
        assertClose(logits.output(members.rows()), members.softmaxOfMeanLogits());
        assertClose(logits.logits(members.rows()), members.logits(), 1e-5f);
    }

    @Test
    void imagesAreTakenAsSuchToo() throws IOException {
        NetworkSpec spec = new MlpSpec(COLOUR, List.of(7), 4);
        EngineOutput expected = EngineOutput.of(spec, 5, model(spec, 1));
        Restored restored = Restored.of(predictor(Averaging.LOGITS, model(spec, 1)));

        INDArray images = expected.rows().reshape('c', 5, 3, 4, 5);
        assertClose(restored.output(images), expected.probabilities());
    }

    @Test
    void membersOfDifferentKindsPredictTogether() throws IOException {
        Model mlp = model(new MlpSpec(TABLE, List.of(4), 2), 1);
        Model mixture = model(MixtureMlpSpec.flat(TABLE, List.of(3), 2, 2), 2);
        EngineOutput first = EngineOutput.of(mlp.network(), 6, mlp);
        EngineOutput second = EngineOutput.of(mixture.network(), 6, mixture);

        Restored both = Restored.of(predictor(Averaging.PROBABILITIES, mlp, mixture));
        assertClose(
                both.output(first.rows()),
                first.probabilities().add(second.probabilities()).div(2));
    }

    /** Fine-tuning must not move what is no weight of the network. */
    @Test
    void trainingInDl4jReachesTheGatesAndLeavesTheNormalisation() throws IOException {
        NetworkSpec spec = MixtureMlpSpec.flat(TABLE, List.of(3), 2, 2);
        ComputationGraph graph = Restored.of(predictor(Averaging.LOGITS, model(spec, 1))).graph();
        INDArray before = graph.getLayer("normalise").getParam("W").dup();
        INDArray spread = graph.getLayer("layers.0.gates.0").getParam("W").dup();
        INDArray gate = graph.getLayer("layers.0.gate.0").getParam("W").dup();

        graph.fit(
                new INDArray[] {EngineOutput.of(spec, 8, model(spec, 1)).rows()},
                new INDArray[] {Nd4j.eye(2).repeat(0, 4)});

        assertThat(graph.getLayer("normalise").getParam("W")).isEqualTo(before);
        assertThat(graph.getLayer("layers.0.gates.0").getParam("W")).isEqualTo(spread);
        assertThat(graph.getLayer("layers.0.gate.0").getParam("W")).isNotEqualTo(gate);
    }

    @Test
    void theZipHasNoUpdater() throws IOException {
        byte[] zip =
                Restored.zip(
                        predictor(Averaging.LOGITS, model(new MlpSpec(TABLE, List.of(4), 2), 1)));
        List<String> entries = new ArrayList<>();
        try (ZipInputStream in = new ZipInputStream(new ByteArrayInputStream(zip))) {
            for (ZipEntry e = in.getNextEntry(); e != null; e = in.getNextEntry()) {
                entries.add(e.getName());
            }
        }
        assertThat(entries).containsExactlyInAnyOrder("configuration.json", "coefficients.bin");
    }

    @Test
    void modelsForDifferentClassesOrInputsAreRefused() {
        Model two = model(new MlpSpec(TABLE, List.of(4), 2), 1);
        assertThatThrownBy(
                        () ->
                                predictor(
                                        Averaging.LOGITS,
                                        two,
                                        model(new MlpSpec(TABLE, List.of(4), 3), 1)))
                .isInstanceOf(ExportException.class)
                .hasMessageContaining("different classes");
        assertThatThrownBy(
                        () ->
                                predictor(
                                        Averaging.LOGITS,
                                        two,
                                        model(new MlpSpec(PLAIN, List.of(4), 2), 1)))
                .isInstanceOf(ExportException.class)
                .hasMessageContaining("different inputs");
    }

    private static Model model(NetworkSpec spec, long seed) {
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

    private static Predictor predictor(Averaging averaging, Model... models) {
        return new Predictor(List.of(models), averaging);
    }

    private static void assertClose(INDArray actual, INDArray expected) {
        assertClose(actual, expected, 1e-6f);
    }

    private static void assertClose(INDArray actual, INDArray expected, float tolerance) {
        assertThat(actual.shape()).isEqualTo(expected.shape());
        assertThat(expected.std(0).minNumber().doubleValue()).isGreaterThan(1e-4);
        assertThat(actual.ravel().toFloatVector())
                .containsExactly(expected.ravel().toFloatVector(), within(tolerance));
    }

    /** A network that DL4J has read back. */
    record Restored(MultiLayerNetwork chain, ComputationGraph graph) {
        static Restored of(Predictor predictor) throws IOException {
            ByteArrayInputStream zip = new ByteArrayInputStream(zip(predictor));
            return isChain(predictor)
                    ? new Restored(ModelSerializer.restoreMultiLayerNetwork(zip), null)
                    : new Restored(null, ModelSerializer.restoreComputationGraph(zip));
        }

        /** One network without any mean or gate. */
        private static boolean isChain(Predictor predictor) {
            NetworkSpec spec = predictor.models().get(0).network();
            boolean one =
                    spec instanceof JointSpec joint
                            ? joint.networks() == 1
                            : spec.mixtures().stream().allMatch(m -> m.experts() == 1);
            return one && predictor.models().size() == 1;
        }

        static byte[] zip(Predictor predictor) throws IOException {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            ModelExporters.find("dl4j").export(predictor, out);
            return out.toByteArray();
        }

        INDArray output(INDArray input) {
            return chain == null ? graph.output(input)[0] : chain.output(input);
        }

        INDArray logits(INDArray input) {
            return chain == null
                    ? graph.feedForward(input, false).get("logits")
                    : chain.feedForward(input).get(chain.getnLayers() - 1);
        }
    }
}
