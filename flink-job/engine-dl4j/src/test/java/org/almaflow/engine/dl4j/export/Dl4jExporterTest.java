package org.almaflow.engine.dl4j.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.almaflow.learning.export.ExportException;
import org.almaflow.learning.export.ModelExporters;
import org.almaflow.learning.export.Predictor;
import org.almaflow.learning.family.Averaging;
import org.almaflow.learning.network.JointSpec;
import org.almaflow.learning.network.MixtureMlpSpec;
import org.almaflow.learning.network.MlpSpec;
import org.almaflow.learning.network.NetworkSpec;
import org.almaflow.learning.network.Safetensors.Model;
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
    @ParameterizedTest
    @MethodSource("org.almaflow.engine.dl4j.export.TestingModels#networks")
    void aRestoredNetworkPredictsAsTheEngineDoes(NetworkSpec spec) throws IOException {
        EngineOutput expected = EngineOutput.of(spec, 33, TestingModels.model(spec, 1));
        Restored restored =
                Restored.of(predictor(Averaging.PROBABILITIES, TestingModels.model(spec, 1)));

        assertClose(restored.output(expected.rows()), expected.probabilities());
        assertClose(restored.logits(expected.rows()), expected.logits(), 1e-5f);
    }

    @ParameterizedTest
    @MethodSource("org.almaflow.engine.dl4j.export.TestingModels#networks")
    void anEnsemblePredictsTheMeanOfItsMembers(NetworkSpec spec) throws IOException {
        Model[] models = {
            TestingModels.model(spec, 1), TestingModels.model(spec, 2), TestingModels.model(spec, 3)
        };
        EngineOutput members = EngineOutput.of(spec, 9, models);

        Restored probabilities = Restored.of(predictor(Averaging.PROBABILITIES, models));
        assertClose(probabilities.output(members.rows()), members.probabilities());

        Restored logits = Restored.of(predictor(Averaging.LOGITS, models));
        assertClose(logits.output(members.rows()), members.softmaxOfMeanLogits());
        assertClose(logits.logits(members.rows()), members.logits(), 1e-5f);
    }

    @Test
    void imagesAreTakenAsSuchToo() throws IOException {
        NetworkSpec spec = new MlpSpec(TestingModels.COLOUR, List.of(7), 4);
        EngineOutput expected = EngineOutput.of(spec, 5, TestingModels.model(spec, 1));
        Restored restored = Restored.of(predictor(Averaging.LOGITS, TestingModels.model(spec, 1)));

        INDArray images = expected.rows().reshape('c', 5, 3, 4, 5);
        assertClose(restored.output(images), expected.probabilities());
    }

    @Test
    void membersOfDifferentKindsPredictTogether() throws IOException {
        Model mlp = TestingModels.model(new MlpSpec(TestingModels.TABLE, List.of(4), 2), 1);
        Model mixture =
                TestingModels.model(MixtureMlpSpec.flat(TestingModels.TABLE, List.of(3), 2, 2), 2);
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
        NetworkSpec spec = MixtureMlpSpec.flat(TestingModels.TABLE, List.of(3), 2, 2);
        ComputationGraph graph =
                Restored.of(predictor(Averaging.LOGITS, TestingModels.model(spec, 1))).graph();
        INDArray before = graph.getLayer("normalise").getParam("W").dup();
        INDArray spread = graph.getLayer("layers.0.gates.0").getParam("W").dup();
        INDArray gate = graph.getLayer("layers.0.gate.0").getParam("W").dup();

        graph.fit(
                new INDArray[] {EngineOutput.of(spec, 8, TestingModels.model(spec, 1)).rows()},
                new INDArray[] {Nd4j.eye(2).repeat(0, 4)});

        assertThat(graph.getLayer("normalise").getParam("W")).isEqualTo(before);
        assertThat(graph.getLayer("layers.0.gates.0").getParam("W")).isEqualTo(spread);
        assertThat(graph.getLayer("layers.0.gate.0").getParam("W")).isNotEqualTo(gate);
    }

    @Test
    void theZipHasNoUpdater() throws IOException {
        byte[] zip =
                Restored.zip(
                        predictor(
                                Averaging.LOGITS,
                                TestingModels.model(
                                        new MlpSpec(TestingModels.TABLE, List.of(4), 2), 1)));
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
        Model two = TestingModels.model(new MlpSpec(TestingModels.TABLE, List.of(4), 2), 1);
        assertThatThrownBy(
                        () ->
                                predictor(
                                        Averaging.LOGITS,
                                        two,
                                        TestingModels.model(
                                                new MlpSpec(TestingModels.TABLE, List.of(4), 3),
                                                1)))
                .isInstanceOf(ExportException.class)
                .hasMessageContaining("different classes");
        assertThatThrownBy(
                        () ->
                                predictor(
                                        Averaging.LOGITS,
                                        two,
                                        TestingModels.model(
                                                new MlpSpec(TestingModels.PLAIN, List.of(4), 2),
                                                1)))
                .isInstanceOf(ExportException.class)
                .hasMessageContaining("different inputs");
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
