package org.almaflow.learning.growth;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.almaflow.learning.network.Mixture;
import org.almaflow.learning.network.NetworkSpec;
import org.almaflow.learning.network.TensorSpec;
import org.almaflow.learning.network.Tensors;
import org.almaflow.learning.network.VggSpec;

/**
 * Growth of a mixture: in every mixture layer one expert is replaced by a new gate over two exact
 * copies of it. The function stays exactly the same, because a gate over equal children gives their
 * output whatever the gate says (see {@link org.almaflow.learning.network.Mixture}).
 */
public final class MixtureGrowth {
    private MixtureGrowth() {}

    /**
     * Splits one expert a layer.
     *
     * @param experts number of the expert to split, one for each of {@link NetworkSpec#mixtures}
     * @param seed what the new gates' initial weights are derived from
     */
    public static Grown split(NetworkSpec spec, Tensors weights, List<Integer> experts, long seed) {
        List<Mixture> mixtures = new ArrayList<>();
        for (Mixture mixture : spec.mixtures()) {
            mixtures.add(mixture.split(experts.get(mixtures.size())));
        }
        NetworkSpec grown = spec.withMixtures(mixtures);
        return new Grown(grown, weights(grown, weights, experts, seed));
    }

    /** Usage of every expert before it is measured: one array a mixture layer. */
    public static double[][] unused(NetworkSpec spec) {
        return spec.mixtures().stream()
                .map(mixture -> new double[mixture.experts()])
                .toArray(double[][]::new);
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

    /** Experts are copied with their statistics. */
    private static Tensors weights(
            NetworkSpec grown, Tensors old, List<Integer> experts, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int shared = grown instanceof VggSpec ? VggSpec.SHARED : 0;
        Map<String, Tensors.Tensor> tensors = new LinkedHashMap<>();
        for (TensorSpec t : grown.tensors()) {
            Tensors.Tensor before = old.byName().get(t.name());
            float[] data =
                    before == null ? new float[t.size()] : Arrays.copyOf(before.data(), t.size());
            int from = before == null ? 0 : before.data().length;
            int added = data.length - from;
            if (added > 0 && t.name().contains(".experts.")) {
                int expert = experts.get(layerOf(t.name()) - shared);
                System.arraycopy(data, expert * added, data, from, added);
            } else {
                for (int i = from; i < data.length; i++) {
                    data[i] = t.initialElement(random);
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
