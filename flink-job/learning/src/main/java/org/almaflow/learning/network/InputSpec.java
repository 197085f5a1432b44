package org.almaflow.learning.network;

import java.util.List;
import java.util.Objects;

/**
 * What a network is fed: the type and shape of one example and its normalisation.
 *
 * <p>The engine computes {@code (x · scale − mean[c]) / std[c]} on the device, where scale is 1/255
 * for UINT8 and 1 for FLOAT32, and c is the index on the first axis (the channel of an image, the
 * column of a table). Empty {@code mean} and {@code std} mean 0 and 1; a single value holds for
 * all.
 *
 * <p>Tokens are not normalised. An example of T + 1 tokens has T targets: each token but the first,
 * to be predicted from those before it. It has no label of its own; where labels are carried along,
 * it is 0.
 *
 * @param shape shape of one example, for instance [1, 28, 28]
 */
public record InputSpec(ElementType type, List<Integer> shape, List<Float> mean, List<Float> std) {
    public InputSpec {
        Objects.requireNonNull(type, "type");
        shape = List.copyOf(shape);
        mean = List.copyOf(mean);
        std = List.copyOf(std);
        if (shape.isEmpty() || shape.stream().anyMatch(n -> n < 1)) {
            throw new IllegalArgumentException(
                    "shape of an example must be positive numbers, not " + shape);
        }
        long bytes = type.bytes();
        for (int n : shape) {
            bytes = Math.min(bytes * n, Integer.MAX_VALUE + 1L);
        }
        if (bytes > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("one example of shape " + shape + " is too large");
        }
        if (mean.size() != std.size()) {
            throw new IllegalArgumentException(
                    "mean has " + mean.size() + " values and std has " + std.size());
        }
        if (mean.size() > 1 && mean.size() != shape.get(0)) {
            throw new IllegalArgumentException(
                    "mean has " + mean.size() + " values for " + shape.get(0) + " channels");
        }
        if (type == ElementType.TOKEN
                && (shape.size() != 1 || shape.get(0) < 2 || !mean.isEmpty())) {
            throw new IllegalArgumentException(
                    "a sequence of tokens has one axis of 2 tokens or more and no mean, not shape "
                            + shape);
        }
        if (std.stream().anyMatch(s -> !(s > 0))) {
            throw new IllegalArgumentException("std must be positive, not " + std);
        }
    }

    /** Whether an example is a sequence of tokens. */
    public boolean tokens() {
        return type == ElementType.TOKEN;
    }

    /** What is to be predicted of one example: a class, or every token but the first. */
    public int targets() {
        return tokens() ? elements() - 1 : 1;
    }

    /**
     * Refuses tokens, for networks that compute with the elements' values.
     *
     * @throws IllegalArgumentException naming the network that would be right
     */
    public InputSpec requireValues() {
        if (tokens()) {
            throw new IllegalArgumentException(
                    "examples are sequences of tokens, which need network type transformer");
        }
        return this;
    }

    /** Number of elements of one example. */
    public int elements() {
        return shape.stream().reduce(1, Math::multiplyExact);
    }

    /** Size of one example in bytes. */
    public int bytes() {
        return elements() * type.bytes();
    }

    /**
     * Factor that normalised element {@code i} is multiplied by: {@code x · scale(i) + shift(i)}.
     */
    public float scale(int i) {
        float unit = type == ElementType.UINT8 ? 1f / 255f : 1f;
        return unit / (std.isEmpty() ? 1f : std.get(channel(i)));
    }

    /** Summand of normalised element {@code i}. */
    public float shift(int i) {
        return mean.isEmpty() ? 0f : -mean.get(channel(i)) / std.get(channel(i));
    }

    private int channel(int element) {
        return mean.size() == 1 ? 0 : element / (elements() / shape.get(0));
    }
}
