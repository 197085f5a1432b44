package org.almaflow.learning.network;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Name, shape and initial distribution of one tensor of a network.
 *
 * @param constant where every element starts
 * @param bound what is added to it at random, uniform in ±bound
 * @param trainable whether an optimiser moves it; statistics are not
 * @param copies equal parts, along the first axis, that it starts with: experts that start as
 *     copies
 */
public record TensorSpec(
        String name,
        List<Integer> shape,
        double constant,
        double bound,
        boolean trainable,
        int copies) {
    public TensorSpec {
        shape = List.copyOf(shape);
        if (copies < 1 || (copies > 1 && shape.get(0) % copies != 0)) {
            throw new IllegalArgumentException(
                    "tensor " + name + " of shape " + shape + " cannot be " + copies + " copies");
        }
    }

    /** Trainable, uniform in ±bound. */
    public TensorSpec(String name, List<Integer> shape, double bound) {
        this(name, shape, 0, bound, true, 1);
    }

    /** Trainable, all elements equal at the start. */
    public static TensorSpec constant(String name, List<Integer> shape, double value) {
        return new TensorSpec(name, shape, value, 0, true, 1);
    }

    /** Not trainable: moved by training in another way than by an optimiser. */
    public static TensorSpec statistic(String name, List<Integer> shape, double value) {
        return new TensorSpec(name, shape, value, 0, false, 1);
    }

    /** The same that starts as {@code parts} copies along its first axis. */
    public TensorSpec copied(int parts) {
        return new TensorSpec(name, shape, constant, bound, trainable, parts);
    }

    /**
     * This tensor of {@code count} networks, stacked on a new first axis; each starts by itself.
     */
    public TensorSpec stacked(int count) {
        List<Integer> stack = new ArrayList<>(List.of(count));
        stack.addAll(shape);
        return new TensorSpec(name, stack, constant, bound, trainable, 1);
    }

    /** Number of elements. */
    public int size() {
        return shape.stream().reduce(1, Math::multiplyExact);
    }

    /** Initial elements, drawn from {@code random}. */
    float[] initial(SplittableRandom random) {
        float[] data = new float[size()];
        int part = data.length / copies;
        for (int i = 0; i < part; i++) {
            data[i] = initialElement(random);
        }
        for (int copy = 1; copy < copies; copy++) {
            System.arraycopy(data, 0, data, copy * part, part);
        }
        return data;
    }

    /** One initial element; a constant draws nothing. */
    public float initialElement(SplittableRandom random) {
        return bound == 0
                ? (float) constant
                : (float) (constant + (2 * random.nextDouble() - 1) * bound);
    }
}
