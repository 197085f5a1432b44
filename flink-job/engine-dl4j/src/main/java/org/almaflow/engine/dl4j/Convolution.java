package org.almaflow.engine.dl4j;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A 3x3 convolution of n images by ND4J's operations, which oneDNN computes. It has no bias: the
 * batch normalisation after it takes any constant away again.
 *
 * <p>Images go in slices that fit the processor's cache. The operations make temporary copies;
 * small ones are made in memory that is there already, where large ones cost a page fault for every
 * 4 KiB (measured in docs/decisions/0007-convolution.md).
 */
final class Convolution {
    /** Values of the larger side of one slice. */
    private static final int SLICE = 1 << 18;

    private final int weightAt;
    private final float[] sum;
    private final float[] part;
    private final List<DeviceMemory> parts = new ArrayList<>();
    private final List<Runnable> forward = new ArrayList<>();
    private final List<Runnable> backward = new ArrayList<>();

    /** Shape of a convolution: images, height and width, channels in and out. */
    record Shape(int images, int height, int width, int in, int out) {
        int pixels() {
            return height * width;
        }

        /** Values of the output. */
        int values() {
            return Math.multiplyExact(images, pixels() * out);
        }

        int weights() {
            return 9 * in * out;
        }
    }

    /** Where a convolution reads and writes; {@code dx} receives the gradient of {@code x}. */
    record Operands(DeviceMemory x, DeviceMemory y, DeviceMemory dy, DeviceMemory dx) {}

    /**
     * Binds a convolution.
     *
     * @param weightAt where its weights [out, in, 3, 3] begin in the flat vector
     */
    Convolution(Shape s, Operands o, int weightAt, Workspace workspace) {
        this.weightAt = weightAt;
        this.sum = workspace.heap(s.weights());
        this.part = workspace.heap(s.weights());
        INDArray w = workspace.parameters().view(weightAt, s.out(), s.in(), 3, 3);
        int widest = s.pixels() * Math.max(s.in(), s.out());
        int slice = Math.max(1, Math.min(s.images(), SLICE / widest));
        for (int from = 0; from < s.images(); from += slice) {
            int n = Math.min(slice, s.images() - from);
            INDArray x = images(o.x(), s, from, n, s.in());
            INDArray dx = images(o.dx(), s, from, n, s.in());
            INDArray dy = images(o.dy(), s, from, n, s.out());
            DeviceMemory dw = workspace.memory(1, s.weights());
            INDArray dwView = dw.view(0, s.out(), s.in(), 3, 3);
            parts.add(dw);
            forward.add(
                    workspace.own(Operation.convolution(x, w, images(o.y(), s, from, n, s.out()))));
            backward.add(workspace.own(Operation.convolutionBackward(x, w, dy, dx, dwView)));
        }
    }

    private static INDArray images(
            DeviceMemory memory, Shape s, int from, int count, int channels) {
        long at = (long) from * s.pixels() * channels;
        return memory.view(at, count, s.height(), s.width(), channels);
    }

    void forward() {
        forward.forEach(Runnable::run);
    }

    /**
     * Computes the gradient of the input, and of the weights into its place in {@code gradient}.
     */
    void backward(float[] gradient) {
        backward.forEach(Runnable::run);
        Arrays.fill(sum, 0);
        for (DeviceMemory dw : parts) {
            dw.read(part, part.length);
            for (int i = 0; i < sum.length; i++) {
                sum[i] += part[i];
            }
        }
        System.arraycopy(sum, 0, gradient, weightAt, sum.length);
    }
}
