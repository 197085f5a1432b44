package org.almaflow.learning.network;

import java.util.List;

/**
 * Name, shape and initial distribution of one tensor of a network.
 *
 * @param bound the tensor starts uniform in ±bound; 0 means all zeros
 */
public record TensorSpec(String name, List<Integer> shape, double bound) {
    public TensorSpec {
        shape = List.copyOf(shape);
    }

    /** Number of elements. */
    public int size() {
        return shape.stream().reduce(1, Math::multiplyExact);
    }
}
