package org.almaflow.engine.dl4j.export;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import org.almaflow.learning.network.Mixture;
import org.almaflow.learning.network.MixtureMlpSpec;
import org.almaflow.learning.network.Tensors.Tensor;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex.Op;
import org.nd4j.linalg.activations.Activation;

/**
 * Mixture layers in a tower: {@code h_last + Σ_{j<last} g_j·(h_j − h_last)} at every node, as the
 * engine computes it. DL4J multiplies equal shapes only, so a gate's probability is first copied to
 * the width of the experts.
 */
record MixtureTower(Tower tower) {
    /**
     * What the experts of a layer need to be mixed; all their outputs are rows of {@code width}.
     *
     * @param name of the layer, as its tensors begin
     * @param fed name of the part that the gates are fed by, which is rows
     * @param gateWeight [gates, inputs of a gate]
     */
    record Mixed(
            String name, String fed, int width, Tensor gateWeight, IntFunction<String> expert) {}

    /** Adds a multi-layer perceptron of mixture layers; returns the name of the logits. */
    String mlp(MixtureMlpSpec spec, String input) {
        String at = input;
        for (int i = 0; i < spec.hidden().size(); i++) {
            at = layer("layers." + i, spec.hidden().get(i), at);
        }
        return tower.linear("logits", at, "output", Activation.IDENTITY);
    }

    private String layer(String name, MixtureMlpSpec.Layer layer, String input) {
        IntFunction<String> expert = index -> expert(name, input, index);
        Tensor gates = tower.weights().tensor(name + ".gates.weight");
        return mix(layer.mixture(), new Mixed(name, input, layer.width(), gates, expert));
    }

    private String expert(String name, String input, int index) {
        Weights weights = tower.weights();
        return tower.linear(
                name + ".experts." + index,
                input,
                null,
                weights.expert(name + ".experts.weight", index),
                weights.expert(name + ".experts.bias", index),
                Activation.RELU);
    }

    /** Adds a tree of experts; returns the name of its output. */
    String mix(Mixture mixture, Mixed mixed) {
        if (mixture instanceof Mixture.Leaf leaf) {
            return mixed.expert().apply(leaf.expert());
        }
        Mixture.Node node = (Mixture.Node) mixture;
        int children = node.children().size();
        List<String> outputs = node.children().stream().map(c -> mix(c, mixed)).toList();
        String last = outputs.get(children - 1);
        String gate = gate(node, mixed);
        List<String> terms = new ArrayList<>(List.of(last));
        for (int j = 0; j + 1 < children; j++) {
            String name = mixed.name() + ".gates." + (node.gate() + j);
            String share = tower.spread(name, gate, j, children, mixed.width());
            String difference = join(name + ".difference", Op.Subtract, outputs.get(j), last);
            terms.add(join(name + ".term", Op.Product, share, difference));
        }
        return join(mixed.name() + ".node." + node.gate(), Op.Add, terms.toArray(String[]::new));
    }

    private String gate(Mixture.Node node, Mixed mixed) {
        int children = node.children().size();
        Tensor bias = tower.weights().tensor(mixed.name() + ".gates.bias");
        return tower.linear(
                mixed.name() + ".gate." + node.gate(),
                mixed.fed(),
                null,
                Weights.rows(mixed.gateWeight(), node.gate(), children),
                Weights.rows(bias, node.gate(), children),
                Activation.SOFTMAX);
    }

    private String join(String name, Op op, String... from) {
        return tower.blueprint()
                .vertex(tower.prefix() + name, new ElementWiseVertex(op), List.of(from));
    }
}
