package org.almaflow.learning.growth;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.almaflow.learning.network.TensorSpec;
import org.almaflow.learning.network.Tensors;
import org.almaflow.learning.network.TransformerSpec;

/**
 * Growth of a transformer's mixture: in every block that has experts, those with the largest loss
 * are copied together with their rows of the gate. Original and copy are equal and share their
 * tokens from then on (see {@link TransformerSpec}); the gate's probabilities are over more
 * experts, so that the function changes, unlike that of {@link MixtureGrowth}.
 */
public final class SwitchGrowth {
    private SwitchGrowth() {}

    /**
     * Copies experts.
     *
     * @param losses of every expert: one array a block with experts
     * @param copies experts to copy in each block; all where it has no more
     */
    public static Grown copy(TransformerSpec spec, Tensors weights, double[][] losses, int copies) {
        List<List<Integer>> chosen =
                Arrays.stream(losses).map(block -> largest(block, copies)).toList();
        List<Integer> experts = new ArrayList<>();
        for (int i = 0; i < losses.length; i++) {
            experts.add(losses[i].length + chosen.get(i).size());
        }
        TransformerSpec grown = spec.withExperts(experts);
        Map<String, Tensors.Tensor> tensors = new LinkedHashMap<>();
        for (TensorSpec t : grown.tensors()) {
            float[] before = weights.byName().get(t.name()).data();
            boolean stacked = t.name().contains(".experts.") || t.name().contains(".gates.");
            tensors.put(
                    t.name(),
                    new Tensors.Tensor(
                            t.shape(),
                            stacked
                                    ? appended(before, t, chosen.get(block(t.name()) / 2))
                                    : before.clone()));
        }
        return new Grown(grown, new Tensors(tensors));
    }

    /** The numbers of the largest, largest first; of equal ones the first. */
    static List<Integer> largest(double[] losses, int count) {
        return IntStream.range(0, losses.length)
                .boxed()
                .sorted(Comparator.comparingDouble((Integer e) -> -losses[e]))
                .limit(count)
                .toList();
    }

    private static float[] appended(float[] before, TensorSpec t, List<Integer> chosen) {
        int part = t.size() / t.shape().get(0);
        float[] data = Arrays.copyOf(before, t.size());
        int at = before.length;
        for (int expert : chosen) {
            System.arraycopy(before, expert * part, data, at, part);
            at += part;
        }
        return data;
    }

    private static int block(String name) {
        return Integer.parseInt(name.split("\\.")[1]);
    }
}
