package org.almaflow.learning.growth;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.almaflow.learning.network.MixtureMlpSpec;
import org.almaflow.learning.network.TensorSpec;
import org.almaflow.learning.network.Tensors;

/**
 * Growth of a mixture: in every mixture layer one expert is replaced by a new gate over two exact
 * copies of it. The function stays exactly the same, because a gate over equal children gives their
 * output whatever the gate says (see {@link org.almaflow.learning.network.Mixture}).
 */
public final class MixtureGrowth {
    private MixtureGrowth() {}

    /** A network and its weights after growing. */
    public record Grown(MixtureMlpSpec spec, Tensors weights) {}

    /**
     * Splits one expert a layer.
     *
     * @param experts number of the expert to split, one a layer
     * @param seed what the new gates' initial weights are derived from
     */
    public static Grown split(
            MixtureMlpSpec spec, Tensors weights, List<Integer> experts, long seed) {
        List<MixtureMlpSpec.Layer> layers = new ArrayList<>();
        for (int i = 0; i < spec.hidden().size(); i++) {
            MixtureMlpSpec.Layer layer = spec.hidden().get(i);
            layers.add(
                    new MixtureMlpSpec.Layer(layer.width(), layer.mixture().split(experts.get(i))));
        }
        MixtureMlpSpec grown = new MixtureMlpSpec(spec.input(), layers, spec.classes());
        return new Grown(grown, weights(spec, grown, weights, experts, seed));
    }

    /** Number of the expert with the largest usage in each layer; the first of equal ones. */
    public static List<Integer> mostUsed(double[][] usage) {
        List<Integer> experts = new ArrayList<>();
        for (double[] layer : usage) {
            int most = 0;
            for (int e = 1; e < layer.length; e++) {
                if (layer[e] > layer[most]) {
                    most = e;
                }
            }
            experts.add(most);
        }
        return experts;
    }

    private static Tensors weights(
            MixtureMlpSpec spec,
            MixtureMlpSpec grown,
            Tensors old,
            List<Integer> experts,
            long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        Map<String, Tensors.Tensor> tensors = new LinkedHashMap<>();
        for (TensorSpec t : grown.tensors()) {
            Tensors.Tensor before = old.byName().get(t.name());
            float[] data =
                    before == null ? new float[t.size()] : Arrays.copyOf(before.data(), t.size());
            int from = before == null ? 0 : before.data().length;
            if (t.name().contains(".experts.")) {
                int layer = layerOf(t.name());
                int size = from / spec.hidden().get(layer).mixture().experts();
                System.arraycopy(data, experts.get(layer) * size, data, from, size);
            } else {
                for (int i = from; i < data.length; i++) {
                    data[i] = (float) ((2 * random.nextDouble() - 1) * t.bound());
                }
            }
            tensors.put(t.name(), new Tensors.Tensor(t.shape(), data));
        }
        return new Tensors(tensors);
    }

    private static int layerOf(String name) {
        return Integer.parseInt(name.split("\\.")[1]);
    }
}
