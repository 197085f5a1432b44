package org.almaflow.engine.dl4j.export;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.almaflow.learning.network.Tensors;
import org.almaflow.learning.network.Tensors.Tensor;
import org.almaflow.learning.network.VggSpec;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Tensors of a network as ND4J arrays of the shapes that DL4J wants. */
record Weights(Tensors tensors) {
    /** Those of network {@code index} of stacked ones: the first axis is cut off. */
    Weights of(int index) {
        Map<String, Tensor> cut = new LinkedHashMap<>();
        tensors.byName().forEach((name, tensor) -> cut.put(name, cut(tensor, index)));
        return new Weights(new Tensors(cut));
    }

    private static Tensor cut(Tensor stacked, int index) {
        List<Integer> shape = stacked.shape().subList(1, stacked.shape().size());
        int size = stacked.data().length / stacked.shape().get(0);
        return new Tensor(
                shape, Arrays.copyOfRange(stacked.data(), index * size, (index + 1) * size));
    }

    /** Part {@code index} of a tensor whose first axis counts experts. */
    Tensor expert(String name, int index) {
        return cut(tensor(name), index);
    }

    /** Rows [from, from + count) of a tensor. */
    static Tensor rows(Tensor tensor, int from, int count) {
        List<Integer> shape = new ArrayList<>(tensor.shape());
        int size = tensor.data().length / shape.get(0);
        shape.set(0, count);
        return new Tensor(
                shape, Arrays.copyOfRange(tensor.data(), from * size, (from + count) * size));
    }

    Tensor tensor(String name) {
        return tensors.byName().get(name);
    }

    /**
     * The weight of a block's gates on values that are not pooled: pooling is linear, and neither
     * DL4J nor ONNX has a pool to a fixed size.
     */
    Tensor gatesWithoutPool(VggSpec spec, int b) {
        Tensor pooled = tensor("blocks." + b + ".gates.weight");
        int channels = spec.fedChannels(b);
        int h = spec.fedHeight(b);
        int w = spec.fedWidth(b);
        int rows = pooled.shape().get(0) * channels;
        float[] data = new float[rows * h * w];
        for (int row = 0; row < rows; row++) {
            unpool(pooled.data(), row, data, h, w);
        }
        return new Tensor(List.of(pooled.shape().get(0), channels * h * w), data);
    }

    /** Cell i of an axis of n is the mean of the values ⌊i·n/4⌋ to ⌈(i+1)·n/4⌉ − 1. */
    private static void unpool(float[] pooled, int row, float[] data, int h, int w) {
        int side = VggSpec.GATE_POOL;
        for (int cell = 0; cell < side * side; cell++) {
            int top = cell / side * h / side;
            int bottom = (cell / side * h + h + side - 1) / side;
            int left = cell % side * w / side;
            int right = (cell % side * w + w + side - 1) / side;
            float share = pooled[row * side * side + cell] / ((bottom - top) * (right - left));
            for (int y = top; y < bottom; y++) {
                for (int x = left; x < right; x++) {
                    data[(row * h + y) * w + x] += share;
                }
            }
        }
    }

    /** A linear layer's parameters; the weight is [out, in] here and [in, out] there. */
    static Map<String, INDArray> linear(Tensor weight, Tensor bias) {
        return Map.of("W", array(weight).transpose(), "b", array(bias));
    }

    /** An array of the tensor's own shape. */
    static INDArray array(Tensor tensor) {
        return Nd4j.createFromArray(tensor.data())
                .reshape('c', tensor.shape().stream().mapToLong(Integer::longValue).toArray());
    }
}
