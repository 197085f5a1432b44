package org.almaflow.engine.dl4j.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxTensorLike;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.almaflow.learning.export.ModelExporters;
import org.almaflow.learning.export.Predictor;
import org.almaflow.learning.family.Averaging;
import org.almaflow.learning.network.InputSpec;
import org.almaflow.learning.network.MlpSpec;
import org.almaflow.learning.network.NetworkJson;
import org.almaflow.learning.network.NetworkSpec;
import org.almaflow.learning.network.Safetensors.Model;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.ndarray.INDArray;

/** What ONNX Runtime computes from the file is what the engine computes. */
class OnnxExporterTest {
    private static final OrtEnvironment RUNTIME = OrtEnvironment.getEnvironment();

    @ParameterizedTest
    @MethodSource("org.almaflow.engine.dl4j.export.TestingModels#networks")
    void aNetworkPredictsAsTheEngineDoes(NetworkSpec spec) throws Exception {
        Model model = TestingModels.model(spec, 1);
        EngineOutput expected = EngineOutput.of(spec, 33, model);

        Map<String, float[]> outputs =
                run(new Predictor(List.of(model), Averaging.PROBABILITIES), expected.rows());

        assertThat(outputs).containsOnlyKeys("probabilities", "logits");
        assertClose(outputs.get("probabilities"), expected.probabilities());
        assertClose(outputs.get("logits"), expected.logits());
    }

    @ParameterizedTest
    @MethodSource("org.almaflow.engine.dl4j.export.TestingModels#networks")
    void anEnsemblePredictsTheMeanOfItsMembers(NetworkSpec spec) throws Exception {
        Model[] models = {
            TestingModels.model(spec, 1), TestingModels.model(spec, 2), TestingModels.model(spec, 3)
        };
        EngineOutput expected = EngineOutput.of(spec, 9, models);

        Map<String, float[]> probabilities =
                run(new Predictor(List.of(models), Averaging.PROBABILITIES), expected.rows());
        assertThat(probabilities).containsOnlyKeys("probabilities");
        assertClose(probabilities.get("probabilities"), expected.probabilities());

        Map<String, float[]> logits =
                run(new Predictor(List.of(models), Averaging.LOGITS), expected.rows());
        assertClose(logits.get("probabilities"), expected.softmaxOfMeanLogits());
        assertClose(logits.get("logits"), expected.logits());
    }

    @Test
    void theFileSaysWhatItTakesAndWhatItIs() throws Exception {
        NetworkSpec spec = new MlpSpec(TestingModels.COLOUR, List.of(7), 4);
        Predictor predictor =
                new Predictor(List.of(TestingModels.model(spec, 1)), Averaging.LOGITS);

        try (OrtSession session = RUNTIME.createSession(file(predictor))) {
            NodeInfo input = session.getInputInfo().get("input");
            TensorInfo tensor = (TensorInfo) input.getInfo();
            assertThat(tensor.getShape()).containsExactly(-1, 3, 4, 5);
            assertThat(tensor.type).isEqualTo(ai.onnxruntime.OnnxJavaType.UINT8);
            assertThat(session.getMetadata().getProducerName()).isEqualTo("almaflow");
            assertThat(session.getMetadata().getCustomMetadata())
                    .containsEntry("network", NetworkJson.write(spec));
        }
        assertThat(ModelExporters.find("onnx").export(predictor, new ByteArrayOutputStream()))
                .isEqualTo(
                        "feed 'input', uint8 of shape [n, 3, 4, 5]; it gives 'probabilities',"
                                + " [n, 4]");
    }

    private static byte[] file(Predictor predictor) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        String unused = ModelExporters.find("onnx").export(predictor, out);
        return out.toByteArray();
    }

    private static Map<String, float[]> run(Predictor predictor, INDArray rows)
            throws IOException, OrtException {
        try (OrtSession session = RUNTIME.createSession(file(predictor));
                OnnxTensorLike input = tensor(predictor.input(), rows.ravel().toFloatVector());
                OrtSession.Result result = session.run(Map.of("input", input))) {
            Map<String, float[]> outputs = new LinkedHashMap<>();
            for (Map.Entry<String, ai.onnxruntime.OnnxValue> output : result) {
                FloatBuffer values = ((OnnxTensor) output.getValue()).getFloatBuffer();
                float[] copy = new float[values.remaining()];
                values.get(copy);
                outputs.put(output.getKey(), copy);
            }
            return outputs;
        }
    }

    /** The examples in the stream's own element type. */
    private static OnnxTensor tensor(InputSpec input, float[] values) throws OrtException {
        int count = values.length / input.elements();
        long[] shape =
                LongStream.concat(
                                LongStream.of(count),
                                input.shape().stream().mapToLong(Integer::longValue))
                        .toArray();
        return switch (input.type()) {
            case FLOAT32 -> OnnxTensor.createTensor(RUNTIME, FloatBuffer.wrap(values), shape);
            case INT32, TOKEN -> {
                int[] whole = new int[values.length];
                Arrays.setAll(whole, i -> (int) values[i]);
                yield OnnxTensor.createTensor(RUNTIME, IntBuffer.wrap(whole), shape);
            }
            case UINT8 -> {
                ByteBuffer bytes = ByteBuffer.allocateDirect(values.length);
                for (float value : values) {
                    bytes.put((byte) (int) value);
                }
                yield OnnxTensor.createTensor(
                        RUNTIME, bytes.flip(), shape, ai.onnxruntime.OnnxJavaType.UINT8);
            }
        };
    }

    private static void assertClose(float[] actual, INDArray expected) {
        assertThat(expected.std(0).minNumber().doubleValue()).isGreaterThan(1e-4);
        assertThat(actual).containsExactly(expected.ravel().toFloatVector(), within(1e-5f));
    }
}
