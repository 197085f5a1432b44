package org.almaflow.learning.network;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * Named float32 tensors in a fixed order, each row-major. The arrays are shared, not copied: who
 * builds a value hands its arrays over.
 */
public record Tensors(Map<String, Tensor> byName) {
    public Tensors {
        byName = Collections.unmodifiableMap(new LinkedHashMap<>(byName));
    }

    /** One tensor; {@code data.length} is the product of {@code shape}. */
    public record Tensor(List<Integer> shape, float[] data) {
        public Tensor {
            shape = List.copyOf(shape);
            long elements = 1;
            for (int n : shape) {
                // Capped, so that no product overflows; no array is that long.
                elements = Math.min(elements * n, Integer.MAX_VALUE);
            }
            if (elements != data.length) {
                throw new IllegalArgumentException(
                        "shape " + shape + " does not fit " + data.length + " elements");
            }
        }
    }

    /** Splits a flat buffer of {@link NetworkSpec#values} into the tensors of {@code spec}. */
    public static Tensors ofFlat(NetworkSpec spec, float[] flat) {
        if (flat.length != spec.values()) {
            throw new IllegalArgumentException(
                    "the network has " + spec.values() + " values, not " + flat.length);
        }
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        int from = 0;
        for (TensorSpec t : spec.tensors()) {
            float[] data = new float[t.size()];
            System.arraycopy(flat, from, data, 0, data.length);
            tensors.put(t.name(), new Tensor(t.shape(), data));
            from += data.length;
        }
        return new Tensors(tensors);
    }

    /** Initial weights of {@code spec}, a pure function of the seed. */
    public static Tensors initial(NetworkSpec spec, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        for (TensorSpec t : spec.tensors()) {
            tensors.put(t.name(), new Tensor(t.shape(), t.initial(random)));
        }
        return new Tensors(tensors);
    }

    /** Name of the first tensor with an element that is infinite or no number. */
    public Optional<String> notFinite() {
        return byName.entrySet().stream()
                .filter(tensor -> !isFinite(tensor.getValue().data()))
                .map(Map.Entry::getKey)
                .findFirst();
    }

    private static boolean isFinite(float[] data) {
        for (float element : data) {
            if (!Float.isFinite(element)) {
                return false;
            }
        }
        return true;
    }

    /**
     * The flat buffer of all values in the order of {@code spec}: the parameters, then the
     * statistics.
     *
     * @throws IllegalArgumentException when a tensor is missing, unknown or of another shape
     */
    public float[] flat(NetworkSpec spec) {
        List<TensorSpec> wanted = spec.tensors();
        for (TensorSpec t : wanted) {
            Tensor tensor = byName.get(t.name());
            if (tensor == null || !tensor.shape().equals(t.shape())) {
                throw new IllegalArgumentException(
                        "tensor %s should have shape %s and is %s"
                                .formatted(
                                        t.name(),
                                        t.shape(),
                                        tensor == null ? "missing" : tensor.shape()));
            }
        }
        if (byName.size() != wanted.size()) {
            throw new IllegalArgumentException(
                    "the network has " + wanted.size() + " tensors, not " + byName.size());
        }
        // Only now is the size known to be that of tensors that are there.
        float[] flat = new float[Math.toIntExact(spec.values())];
        int from = 0;
        for (TensorSpec t : wanted) {
            float[] data = byName.get(t.name()).data();
            System.arraycopy(data, 0, flat, from, data.length);
            from += data.length;
        }
        return flat;
    }
}
