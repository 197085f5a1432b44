package org.almaflow.engine.dl4j.export;

import static org.almaflow.engine.dl4j.export.OnnxGraph.attribute;

import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import onnx.Onnx.ModelProto;
import onnx.Onnx.TensorProto.DataType;
import org.almaflow.learning.export.ExportException;
import org.almaflow.learning.export.ModelExporter;
import org.almaflow.learning.export.Predictor;
import org.almaflow.learning.family.Averaging;
import org.almaflow.learning.network.InputSpec;
import org.almaflow.learning.network.NetworkJson;
import org.almaflow.learning.network.Safetensors;
import org.almaflow.learning.network.Tensors.Tensor;

/**
 * Writes an ONNX model: {@code input} [n, shape] in the stream's own element type, not normalised;
 * {@code probabilities} [n, classes], and {@code logits} where probabilities are not averaged. The
 * protobuf classes are those that ND4J brings.
 */
public final class OnnxExporter implements ModelExporter {
    private static final String LOGITS = "logits";
    private static final String PROBABILITIES = "probabilities";

    @Override
    public String format() {
        return "onnx";
    }

    @Override
    public String export(Predictor predictor, OutputStream out) throws IOException {
        model(predictor).writeTo(out);
        InputSpec input = predictor.input();
        return "feed 'input', %s of shape [n, %s]; it gives 'probabilities', [n, %d]"
                .formatted(
                        input.type().name().toLowerCase(java.util.Locale.ROOT),
                        String.join(", ", input.shape().stream().map(String::valueOf).toList()),
                        predictor.classes());
    }

    private static ModelProto model(Predictor predictor) {
        OnnxGraph graph = new OnnxGraph();
        String input = normalised(graph, predictor.input());
        List<Safetensors.Model> models = predictor.models();
        boolean logits = models.size() == 1 || predictor.averaging() == Averaging.LOGITS;
        List<String> each = new ArrayList<>();
        for (int i = 0; i < models.size(); i++) {
            String prefix = "models." + i + ".";
            OnnxTower tower = new OnnxTower(graph, new Weights(models.get(i).weights()), prefix);
            String own = tower.logits(models.get(i).network(), input);
            each.add(logits ? own : softmax(graph, prefix + PROBABILITIES, own));
        }
        String mean = graph.node("Mean", logits ? LOGITS : PROBABILITIES, each);
        graph.output(logits ? softmax(graph, PROBABILITIES, mean) : mean, predictor.classes());
        if (logits) {
            graph.output(mean, predictor.classes());
        }
        return graph.build(NetworkJson.write(models.get(0).network()));
    }

    private static String softmax(OnnxGraph graph, String name, String from) {
        return graph.node("Softmax", name, List.of(from), attribute("axis", 1));
    }

    /**
     * {@code x · scale + shift}, with one value for all or one for each index of the first axis.
     */
    private static String normalised(OnnxGraph graph, InputSpec input) {
        DataType type =
                switch (input.type()) {
                    case UINT8 -> DataType.UINT8;
                    case FLOAT32 -> DataType.FLOAT;
                    case INT32 -> DataType.INT32;
                    case TOKEN ->
                            throw new ExportException(
                                    "a transformer cannot be exported as onnx; its model file"
                                            + " (safetensors) holds all its tensors by name");
                };
        String raw = graph.input("input", type, input.shape());
        String real =
                graph.node("Cast", "real", List.of(raw), attribute("to", DataType.FLOAT_VALUE));
        int values = Math.max(1, input.mean().size());
        float[] scale = new float[values];
        float[] shift = new float[values];
        for (int i = 0; i < values; i++) {
            scale[i] = input.scale(i * (input.elements() / values));
            shift[i] = input.shift(i * (input.elements() / values));
        }
        List<Integer> shape = new ArrayList<>(Collections.nCopies(input.shape().size(), 1));
        shape.set(0, values);
        String scaled =
                graph.node(
                        "Mul",
                        "scaled",
                        List.of(real, graph.constant("scale", new Tensor(shape, scale))));
        return graph.node(
                "Add",
                "normalised",
                List.of(scaled, graph.constant("shift", new Tensor(shape, shift))));
    }
}
