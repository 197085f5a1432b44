package org.almaflow.engine.dl4j.export;

import static org.almaflow.engine.dl4j.export.OnnxGraph.attribute;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import org.almaflow.learning.network.JointSpec;
import org.almaflow.learning.network.Mixture;
import org.almaflow.learning.network.MixtureMlpSpec;
import org.almaflow.learning.network.MlpSpec;
import org.almaflow.learning.network.NetworkSpec;
import org.almaflow.learning.network.Tensors.Tensor;
import org.almaflow.learning.network.VggSpec;

/**
 * The nodes of one network, from normalised examples of the input's shape to logits, named as its
 * tensors are.
 *
 * @param prefix what all names begin with
 */
record OnnxTower(OnnxGraph graph, Weights weights, String prefix) {
    /** Adds the network; returns the name of the logits. */
    String logits(NetworkSpec spec, String input) {
        if (spec instanceof JointSpec joint) {
            return joint(joint, input);
        }
        if (spec instanceof VggSpec vgg) {
            return vgg(vgg, input);
        }
        String rows = rows("rows", input);
        return spec instanceof MlpSpec mlp ? mlp(mlp, rows) : mixture((MixtureMlpSpec) spec, rows);
    }

    private String joint(JointSpec joint, String input) {
        List<String> each = new ArrayList<>();
        for (int i = 0; i < joint.networks(); i++) {
            OnnxTower tower = new OnnxTower(graph, weights.of(i), prefix + "networks." + i + ".");
            each.add(tower.logits(joint.each(), input));
        }
        boolean sum = joint.joining() == JointSpec.Joining.SUM;
        return node(sum ? "Sum" : "Mean", "logits", each.toArray(String[]::new));
    }

    private String mlp(MlpSpec spec, String input) {
        String at = input;
        int last = spec.widths().size() - 2;
        for (int i = 0; i < last; i++) {
            String name = "layers." + i;
            at = node("Relu", name + ".relu", linear(name, at, name));
        }
        return linear("logits", at, "layers." + last);
    }

    private String mixture(MixtureMlpSpec spec, String input) {
        String at = input;
        for (int i = 0; i < spec.hidden().size(); i++) {
            String name = "layers." + i;
            String fed = at;
            IntFunction<String> expert = index -> expert(name, fed, index);
            Tensor gates = weights.tensor(name + ".gates.weight");
            Mixed mixed = new Mixed(name, fed, gates, List.of(), expert);
            at = mix(spec.hidden().get(i).mixture(), mixed);
        }
        return linear("logits", at, "output");
    }

    private String expert(String layer, String input, int index) {
        String name = layer + ".experts." + index;
        Tensor weight = weights.expert(layer + ".experts.weight", index);
        Tensor bias = weights.expert(layer + ".experts.bias", index);
        return node("Relu", name + ".relu", linear(name, input, weight, bias));
    }

    private String vgg(VggSpec spec, String input) {
        String at = input;
        for (int b = 0; b < spec.blocks().size(); b++) {
            at = block(spec, b, at);
        }
        return linear("logits", rows("rows", at), "output");
    }

    private String block(VggSpec spec, int b, String input) {
        Mixture mixture = spec.blocks().get(b).mixture();
        int convolutions = spec.blocks().get(b).channels().size();
        IntFunction<String> expert = e -> expert(b, e, convolutions, input);
        if (mixture.experts() == 1) {
            return expert.apply(0);
        }
        String name = "blocks." + b;
        Tensor gates = weights.gatesWithoutPool(spec, b);
        return mix(
                mixture,
                new Mixed(name, rows(name + ".rows", input), gates, List.of(2L, 3L), expert));
    }

    private String expert(int b, int e, int convolutions, String input) {
        String tensors = "blocks." + b + ".experts.";
        String name = tensors + e;
        String at = input;
        for (int i = 0; i < convolutions; i++) {
            at = convolution(name + ".convs." + i, at, tensors + "convs." + i, e);
            at = norm(name + ".norms." + i, at, tensors + "norms." + i, e);
            at = node("Relu", name + ".relus." + i, at);
        }
        List<Long> two = List.of(2L, 2L);
        return graph.node(
                "MaxPool",
                prefix + name + ".pool",
                List.of(at),
                attribute("kernel_shape", two),
                attribute("strides", two));
    }

    private String convolution(String name, String from, String tensors, int e) {
        return graph.node(
                "Conv",
                prefix + name,
                List.of(
                        from,
                        constant(name + ".weight", weights.expert(tensors + ".weight", e)),
                        constant(name + ".bias", weights.expert(tensors + ".bias", e))),
                attribute("kernel_shape", List.of(3L, 3L)),
                attribute("pads", List.of(1L, 1L, 1L, 1L)));
    }

    private String norm(String name, String from, String tensors, int e) {
        List<String> inputs = new ArrayList<>(List.of(from));
        for (String part : List.of(".weight", ".bias", ".running_mean", ".running_var")) {
            inputs.add(constant(name + part, weights.expert(tensors + part, e)));
        }
        return graph.node(
                "BatchNormalization",
                prefix + name,
                inputs,
                attribute("epsilon", (float) VggSpec.EPSILON));
    }

    /**
     * What the experts of a layer need to be mixed.
     *
     * @param fed name of the rows that the gates are fed by
     * @param gates [gates, inputs of a gate]
     * @param axes that a gate's probability, [n, 1], is still to get to be multiplied with an
     *     expert's output
     */
    private record Mixed(
            String name, String fed, Tensor gates, List<Long> axes, IntFunction<String> expert) {}

    /** {@code h_last + Σ_{j<last} g_j·(h_j − h_last)} at every node, as the engine computes it. */
    private String mix(Mixture mixture, Mixed mixed) {
        if (mixture instanceof Mixture.Leaf leaf) {
            return mixed.expert().apply(leaf.expert());
        }
        Mixture.Node node = (Mixture.Node) mixture;
        List<String> children = node.children().stream().map(c -> mix(c, mixed)).toList();
        List<String> gates = gate(node, mixed);
        String name = mixed.name() + ".node." + node.gate();
        String last = children.get(children.size() - 1);
        List<String> terms = new ArrayList<>(List.of(last));
        for (int j = 0; j + 1 < children.size(); j++) {
            String difference = node("Sub", name + ".less." + j, children.get(j), last);
            terms.add(node("Mul", name + ".share." + j, gates.get(j), difference));
        }
        return node("Sum", name, terms.toArray(String[]::new));
    }

    /** Names of the probability of each child. */
    private List<String> gate(Mixture.Node node, Mixed mixed) {
        int children = node.children().size();
        String name = mixed.name() + ".gate." + node.gate();
        Tensor bias = weights.tensor(mixed.name() + ".gates.bias");
        String logits =
                linear(
                        name,
                        mixed.fed(),
                        Weights.rows(mixed.gates(), node.gate(), children),
                        Weights.rows(bias, node.gate(), children));
        String softmax =
                graph.node(
                        "Softmax",
                        prefix + name + ".softmax",
                        List.of(logits),
                        attribute("axis", 1));
        List<String> each = new ArrayList<>();
        for (int j = 0; j < children; j++) {
            each.add(prefix + name + ".of." + j);
        }
        graph.node("Split", prefix + name + ".split", List.of(softmax), each, attribute("axis", 1));
        return mixed.axes().isEmpty()
                ? each
                : each.stream().map(gate -> withAxes(gate, mixed.axes())).toList();
    }

    private String withAxes(String gate, List<Long> axes) {
        String constant = graph.integers(gate + ".axes", axes);
        return graph.node("Unsqueeze", gate + ".wide", List.of(gate, constant));
    }

    private String linear(String name, String from, String tensors) {
        return linear(
                name, from, weights.tensor(tensors + ".weight"), weights.tensor(tensors + ".bias"));
    }

    /** A linear layer: weight [out, in], bias [out]. */
    private String linear(String name, String from, Tensor weight, Tensor bias) {
        return graph.node(
                "Gemm",
                prefix + name,
                List.of(from, constant(name + ".weight", weight), constant(name + ".bias", bias)),
                attribute("transB", 1));
    }

    private String rows(String name, String from) {
        return graph.node("Flatten", prefix + name, List.of(from), attribute("axis", 1));
    }

    private String node(String operator, String name, String... from) {
        return graph.node(operator, prefix + name, List.of(from));
    }

    private String constant(String name, Tensor tensor) {
        return graph.constant(prefix + name, tensor);
    }
}
