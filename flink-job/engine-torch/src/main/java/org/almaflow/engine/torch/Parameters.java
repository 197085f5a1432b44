package org.almaflow.engine.torch;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.almaflow.learning.network.NetworkSpec;
import org.almaflow.learning.network.TensorSpec;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorVector;

/**
 * The tensors of a network as views of its flat buffers, in any shape of as many values: for
 * inference the values alone, for training leaves of the graph with a view of the flat gradient
 * each. Views are made once, when a model is bound, and live in the network's arena.
 */
final class Parameters {
    private final Place place;
    private final Arena arena;
    private final Tensor values;

    /** Null for inference. */
    private final Tensor gradient;

    private final Map<String, Long> starts = new HashMap<>();
    private final Map<String, TensorSpec> specs = new HashMap<>();
    private final List<Tensor> leaves;
    private final List<Tensor> gradients;

    /** Parameters that have a leaf. */
    private long covered;

    /**
     * Views of that network's values.
     *
     * @param gradient null for inference
     */
    Parameters(NetworkSpec spec, Place place, Arena arena, Tensor values, Tensor gradient) {
        this.place = place;
        this.arena = arena;
        this.values = values;
        this.gradient = gradient;
        this.leaves = new ArrayList<>();
        this.gradients = new ArrayList<>();
        long start = 0;
        for (TensorSpec tensor : spec.tensors()) {
            starts.put(tensor.name(), start);
            specs.put(tensor.name(), tensor);
            start += tensor.size();
        }
    }

    /** Of a part of the same values, to be filled with where its tensors start. */
    private Parameters(NetworkSpec spec, Parameters all) {
        place = all.place;
        arena = all.arena;
        values = all.values;
        gradient = all.gradient;
        leaves = all.leaves;
        gradients = all.gradients;
        spec.tensors().forEach(tensor -> specs.put(tensor.name(), tensor));
    }

    boolean training() {
        return gradient != null;
    }

    /** A whole tensor, in that shape; without one, in its own. */
    Tensor whole(String name, long... shape) {
        TensorSpec spec = specs.get(name);
        long[] wanted =
                shape.length > 0
                        ? shape
                        : spec.shape().stream().mapToLong(Integer::longValue).toArray();
        return trained(starts.get(name), wanted);
    }

    /** The same where it may be left out, as LibTorch passes it. */
    TensorOptional optional(String name, long... shape) {
        return keep(new TensorOptional(whole(name, shape)));
    }

    /** Keeps what a model makes of its tensors as long as they live. */
    <P extends Pointer> P keep(P made) {
        return arena.keep(made);
    }

    /** A constant. */
    Scalar scalar(double value) {
        return arena.keep(new Scalar(value));
    }

    /** A constant matrix on the device. */
    Tensor constant(float[][] rows) {
        Tensor matrix = arena.zeros(rows.length, rows[0].length);
        for (int i = 0; i < rows.length; i++) {
            place.write(rows[i], matrix.narrow(0, i, 1));
        }
        return matrix;
    }

    /** Those of one of the networks of a joint one, under the names of its own spec. */
    Parameters network(int network, NetworkSpec each) {
        Parameters own = new Parameters(each, this);
        for (TensorSpec tensor : each.tensors()) {
            long start = starts.get(tensor.name()) + (long) network * tensor.size();
            own.starts.put(tensor.name(), start);
        }
        return own;
    }

    /** Part {@code i} on the first axis. */
    Tensor part(String name, int i) {
        return trained(startOf(name, i), partShape(name));
    }

    /**
     * The same for values that no gradient moves. They may change between a step's forward and
     * backward pass: LibTorch does not see that other tensors share their memory.
     */
    Tensor fixedPart(String name, int i) {
        return arena.keep(view(values, startOf(name, i), partShape(name)).variable_data());
    }

    private long startOf(String name, int i) {
        TensorSpec spec = specs.get(name);
        return starts.get(name) + (long) i * (spec.size() / spec.shape().get(0));
    }

    private long[] partShape(String name) {
        List<Integer> shape = specs.get(name).shape();
        return shape.stream().skip(1).mapToLong(Integer::longValue).toArray();
    }

    private Tensor trained(long start, long... shape) {
        Tensor view = view(values, start, shape);
        if (!training()) {
            return view;
        }
        Tensor leaf = arena.keep(view.detach());
        leaf.set_requires_grad(true);
        leaves.add(leaf);
        gradients.add(view(gradient, start, shape));
        covered += leaf.numel();
        return leaf;
    }

    private Tensor view(Tensor flat, long start, long... shape) {
        long size = Arrays.stream(shape).reduce(1, Math::multiplyExact);
        return arena.keep(flat.narrow(0, start, size).view(shape));
    }

    /** Every leaf that was asked for; the values of others have no gradient. */
    TensorVector leaves() {
        return arena.keep(new TensorVector(leaves.toArray(Tensor[]::new)));
    }

    /** Copies gradients, in the order of the leaves, to the flat one; what has none gets zero. */
    void keepGradients(TensorVector computed) {
        if (covered < gradient.numel()) {
            gradient.zero_();
        }
        for (int i = 0; i < gradients.size(); i++) {
            gradients.get(i).copy_(computed.get(i));
        }
    }
}
