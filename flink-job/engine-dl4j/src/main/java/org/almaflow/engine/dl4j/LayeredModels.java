package org.almaflow.engine.dl4j;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import org.almaflow.learning.network.JointSpec;
import org.almaflow.learning.network.Mixture;
import org.almaflow.learning.network.MixtureMlpSpec;
import org.almaflow.learning.network.MlpSpec;

/** How joint networks and mixtures become few and large products. */
final class LayeredModels {
    /** Rows of a product where rows must not depend on their number; a multiple of 48. */
    private static final int WIDE = 96;

    private static final int NARROW = 48;

    private LayeredModels() {}

    /**
     * The first layer is one product over the networks' units, the last one over their inputs,
     * which sums the logits; between them each network has its own.
     */
    static LayeredModel joint(JointSpec spec) {
        int k = spec.networks();
        List<Integer> widths = ((MlpSpec) spec.each()).widths();
        int count = widths.size() - 1;
        List<LinearLayer> layers = new ArrayList<>();
        List<IntFunction<Stage>> stages = new ArrayList<>();
        List<Layout.Block> blocks = new ArrayList<>();
        int at = 0;
        for (int i = 0; i < count; i++) {
            int in = widths.get(i);
            int out = widths.get(i + 1);
            boolean last = i > 0 && i + 1 == count;
            LinearLayer layer =
                    i == 0
                            ? new LinearLayer(at, 1, k * out, in + 1, 0)
                            : last
                                    ? new LinearLayer(at, 1, out, k * (in + 1), 0)
                                    : new LinearLayer(at, k, out, in + 1, 0);
            for (int n = 0; n < k; n++) {
                blocks.add(layer.weight(out, in, last ? 0 : n * out, last ? n * (in + 1) : 0));
            }
            for (int n = 0; n < k; n++) {
                blocks.add(layer.bias(out, last ? 0 : n * out, last ? n * (in + 1) + in : in));
            }
            if (i + 1 < count) {
                stages.add(n -> new ReluStage(k, Math.multiplyExact(out, n), n));
            }
            layers.add(layer);
            at = layer.end();
        }
        return new LayeredModel(spec, new Layout(blocks, at), layers, stages, k);
    }

    /** Every hidden layer is one product over all units of its experts and all its gates. */
    static LayeredModel mixture(MixtureMlpSpec spec) {
        List<LinearLayer> layers = new ArrayList<>();
        List<IntFunction<Stage>> stages = new ArrayList<>();
        List<Layout.Block> blocks = new ArrayList<>();
        int at = 0;
        for (int i = 0; i < spec.hidden().size(); i++) {
            Mixture mixture = spec.hidden().get(i).mixture();
            int width = spec.hidden().get(i).width();
            int in = spec.fedWidth(i);
            int units = Math.multiplyExact(mixture.experts(), width);
            int panel = 2 * width < WIDE ? NARROW : WIDE;
            int rows = Math.max(panel, Math.addExact(units, mixture.gates()));
            LinearLayer layer = new LinearLayer(at, 1, rows, in + 1, panel);
            blocks.add(layer.weight(units, in, 0, 0));
            blocks.add(layer.bias(units, 0, in));
            if (mixture.gates() > 0) {
                blocks.add(layer.weight(mixture.gates(), in, units, 0));
                blocks.add(layer.bias(mixture.gates(), units, in));
            }
            stages.add(n -> new BlendStage(mixture, width, n));
            layers.add(layer);
            at = layer.end();
        }
        int in = spec.fedWidth(spec.hidden().size());
        LinearLayer output = new LinearLayer(at, 1, spec.classes(), in + 1, 0);
        blocks.add(output.weight(spec.classes(), in, 0, 0));
        blocks.add(output.bias(spec.classes(), 0, in));
        layers.add(output);
        return new LayeredModel(spec, new Layout(blocks, output.end()), layers, stages, 1);
    }
}
