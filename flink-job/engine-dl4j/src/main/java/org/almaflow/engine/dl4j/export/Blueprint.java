package org.almaflow.engine.dl4j.export;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Collects the parts of a DL4J network in the order of computation. A chain of layers becomes a
 * {@link MultiLayerNetwork}, anything else a {@link ComputationGraph}.
 */
final class Blueprint {
    /** Name of the network's input. */
    static final String INPUT = "input";

    private final List<Part> parts = new ArrayList<>();

    /** Adds a layer; returns its name. */
    String layer(
            String name,
            String from,
            Layer layer,
            InputPreProcessor before,
            Map<String, INDArray> parameters) {
        parts.add(new Part.Layer(name, from, layer, before, parameters));
        return name;
    }

    /** Adds a vertex; returns its name. */
    String vertex(String name, GraphVertex vertex, List<String> from) {
        parts.add(new Part.Vertex(name, from, vertex));
        return name;
    }

    /** The network, with its parameters, in DL4J's own types; the last part is its output. */
    Model build() {
        return isChain() ? chain() : graph();
    }

    private boolean isChain() {
        String last = INPUT;
        for (Part part : parts) {
            if (!(part instanceof Part.Layer) || !part.from().equals(List.of(last))) {
                return false;
            }
            last = part.name();
        }
        return true;
    }

    private MultiLayerNetwork chain() {
        NeuralNetConfiguration.ListBuilder list = configuration().list();
        List<Part.Layer> layers = layers();
        for (int i = 0; i < layers.size(); i++) {
            layers.get(i).layer().setLayerName(layers.get(i).name());
            list.layer(i, layers.get(i).layer());
            if (layers.get(i).before() != null) {
                list.inputPreProcessor(i, layers.get(i).before());
            }
        }
        MultiLayerNetwork network =
                new MultiLayerNetwork(list.validateOutputLayerConfig(false).build());
        network.init();
        fill(network::getLayer);
        return network;
    }

    private ComputationGraph graph() {
        GraphBuilder builder = configuration().graphBuilder().addInputs(INPUT);
        for (Part part : parts) {
            if (part instanceof Part.Layer layer) {
                builder.addLayer(layer.name(), layer.layer(), layer.before(), layer.source());
            } else if (part instanceof Part.Vertex vertex) {
                builder.addVertex(
                        vertex.name(), vertex.vertex(), vertex.from().toArray(String[]::new));
            }
        }
        builder.setOutputs(parts.get(parts.size() - 1).name()).validateOutputLayerConfig(false);
        ComputationGraph graph = new ComputationGraph(builder.build());
        graph.init();
        fill(graph::getLayer);
        return graph;
    }

    private static NeuralNetConfiguration.Builder configuration() {
        return new NeuralNetConfiguration.Builder().dataType(DataType.FLOAT);
    }

    private List<Part.Layer> layers() {
        return parts.stream()
                .filter(Part.Layer.class::isInstance)
                .map(Part.Layer.class::cast)
                .toList();
    }

    private void fill(Function<String, org.deeplearning4j.nn.api.Layer> byName) {
        for (Part.Layer layer : layers()) {
            layer.parameters().forEach((key, value) -> fill(layer, byName, key, value));
        }
    }

    private static void fill(
            Part.Layer layer,
            Function<String, org.deeplearning4j.nn.api.Layer> byName,
            String key,
            INDArray value) {
        INDArray parameter = byName.apply(layer.name()).getParam(key);
        boolean vector = value.rank() == 1 && value.length() == parameter.length();
        if (!vector && !parameter.equalShapes(value)) {
            throw new IllegalStateException(
                    "parameter %s of %s is %s there and %s here"
                            .formatted(
                                    key,
                                    layer.name(),
                                    Arrays.toString(parameter.shape()),
                                    Arrays.toString(value.shape())));
        }
        parameter.assign(vector ? value.reshape('c', parameter.shape()) : value);
    }
}
