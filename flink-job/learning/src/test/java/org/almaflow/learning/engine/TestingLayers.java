package org.almaflow.learning.engine;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.almaflow.learning.network.JointSpec;
import org.almaflow.learning.network.Mixture;
import org.almaflow.learning.network.MixtureMlpSpec;
import org.almaflow.learning.network.MlpSpec;
import org.almaflow.learning.network.NetworkSpec;
import org.almaflow.learning.network.TensorSpec;

/** The layers of every network of a spec. */
final class TestingLayers {
    private final Map<String, Integer> begin = new HashMap<>();

    private TestingLayers(NetworkSpec spec) {
        int at = 0;
        for (TensorSpec t : spec.tensors()) {
            begin.put(t.name(), at);
            at += t.size();
        }
    }

    /**
     * One list of layers, from the input to the logits, for each network; their logits' mean
     * counts.
     */
    static List<List<TestingLayer>> of(NetworkSpec spec) {
        TestingLayers layers = new TestingLayers(spec);
        if (spec instanceof MixtureMlpSpec mixture) {
            return List.of(layers.mixture(mixture));
        }
        NetworkSpec one = spec instanceof JointSpec joint ? joint.each() : spec;
        if (!(one instanceof MlpSpec each)) {
            throw new IllegalArgumentException(
                    "the testing engine runs no " + one.getClass().getSimpleName());
        }
        int networks = spec instanceof JointSpec joint ? joint.networks() : 1;
        List<List<TestingLayer>> all = new ArrayList<>();
        for (int n = 0; n < networks; n++) {
            all.add(layers.mlp(each, n));
        }
        return all;
    }

    private List<TestingLayer> mlp(MlpSpec spec, int network) {
        List<TestingLayer> layers = new ArrayList<>();
        List<Integer> widths = spec.widths();
        for (int i = 0; i + 1 < widths.size(); i++) {
            int in = widths.get(i);
            int out = widths.get(i + 1);
            layers.add(
                    new TestingLayer(
                            Mixture.flat(1),
                            in,
                            out,
                            begin.get("layers." + i + ".weight") + network * out * in,
                            begin.get("layers." + i + ".bias") + network * out,
                            0,
                            0,
                            i + 2 < widths.size()));
        }
        return layers;
    }

    private List<TestingLayer> mixture(MixtureMlpSpec spec) {
        List<TestingLayer> layers = new ArrayList<>();
        for (int i = 0; i < spec.hidden().size(); i++) {
            String name = "layers." + i;
            layers.add(
                    new TestingLayer(
                            spec.hidden().get(i).mixture(),
                            spec.fedWidth(i),
                            spec.hidden().get(i).width(),
                            begin.get(name + ".experts.weight"),
                            begin.get(name + ".experts.bias"),
                            begin.getOrDefault(name + ".gates.weight", 0),
                            begin.getOrDefault(name + ".gates.bias", 0),
                            true));
        }
        layers.add(
                new TestingLayer(
                        Mixture.flat(1),
                        spec.fedWidth(spec.hidden().size()),
                        spec.classes(),
                        begin.get("output.weight"),
                        begin.get("output.bias"),
                        0,
                        0,
                        false));
        return layers;
    }
}
