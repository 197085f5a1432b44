package org.almaflow.engine.dl4j;

import java.util.List;
import org.almaflow.learning.network.Mixture;
import org.almaflow.learning.network.VggSpec;

/**
 * What makes a block of experts a mixture: its gates, linear on the average-pooled input, and the
 * blending of the experts' outputs, row by row. (Mixtures are not trained jointly, so the network
 * is the only one.)
 */
final class VggBlend {
    private final int images;
    private final Mixture mixture;
    private final List<VggExpert> experts;
    private final DeviceMemory x;
    private final DeviceMemory dx;
    private final DeviceMemory expertDx;
    private final DeviceMemory out;
    private final DeviceMemory outDelta;
    private final AveragePool pool;
    private final DeviceMemory pooled;
    private final DeviceMemory pooledDelta;
    private final RowsLinear gate;
    private final MixtureRow row;

    /** Gate probabilities [n, gates] after {@link #forward}; their logits' gradient afterwards. */
    private final float[] gates;

    private final float[] delta;
    private final float[] sum;
    private final float[] added;

    VggBlend(
            VggModel model,
            int block,
            int images,
            DeviceMemory x,
            DeviceMemory dx,
            List<VggExpert> experts,
            VggBuffers buffers) {
        VggSpec spec = model.each();
        Workspace workspace = buffers.workspace();
        this.images = images;
        this.mixture = spec.blocks().get(block).mixture();
        this.experts = experts;
        this.x = x;
        this.dx = dx;
        this.expertDx = buffers.input();
        int outputs = experts.get(0).outputs();
        this.out = workspace.memory(images, outputs);
        this.outDelta = workspace.memory(images, outputs);
        this.pool =
                new AveragePool(
                        spec.fedHeight(block), spec.fedWidth(block), spec.fedChannels(block));
        this.pooled = workspace.memory(images, spec.gateInputs(block));
        this.pooledDelta = workspace.memory(images, spec.gateInputs(block));
        String name = "blocks." + block + ".gates";
        this.gate =
                new RowsLinear(
                        new RowsLinear.Shape(images, spec.gateInputs(block), mixture.gates()),
                        model.begin(name + ".weight", 0),
                        model.begin(name + ".bias", 0),
                        pooled,
                        pooledDelta,
                        workspace);
        this.row = new MixtureRow(mixture, outputs);
        this.gates = workspace.heap(images * mixture.gates());
        this.delta = workspace.heap(outputs);
        this.sum = workspace.heap(pool.inputs());
        this.added = workspace.heap(pool.inputs());
        workspace.count(pool.bytes() + row.bytes());
    }

    DeviceMemory out() {
        return out;
    }

    DeviceMemory outDelta() {
        return outDelta;
    }

    /** Blends the outputs that the experts have computed. */
    void forward() {
        pool.forward(x, pooled, images);
        gate.forward(gates);
        for (int image = 0; image < images; image++) {
            row.softmax(gates, image * mixture.gates());
            read(image);
            float[] value = row.value(gates, image * mixture.gates());
            out.write((long) image * delta.length, value, delta.length);
        }
    }

    private void read(int image) {
        for (int e = 0; e < experts.size(); e++) {
            experts.get(e).out().read((long) image * delta.length, row.output(e), delta.length);
        }
    }

    /**
     * Computes the gradients of the experts' outputs and of the gates' parameters, and begins that
     * of the input.
     */
    void backward(float[] gradient) {
        for (int image = 0; image < images; image++) {
            long at = (long) image * delta.length;
            int gateAt = image * mixture.gates();
            read(image);
            row.value(gates, gateAt);
            outDelta.read(at, delta, delta.length);
            row.backward(delta, gates, gateAt);
            for (int e = 0; e < experts.size(); e++) {
                experts.get(e).outDelta().write(at, row.outputDelta(e), delta.length);
            }
        }
        gate.backward(gates, gradient);
        pool.backward(pooledDelta, dx, images);
    }

    /** Adds the gradient of the input through one expert. */
    void addInputDelta() {
        for (int image = 0; image < images; image++) {
            long at = (long) image * sum.length;
            dx.read(at, sum, sum.length);
            expertDx.read(at, added, added.length);
            for (int i = 0; i < sum.length; i++) {
                sum[i] += added[i];
            }
            dx.write(at, sum, sum.length);
        }
    }

    /** Adds how much each expert is used by the first {@code count} images. */
    void addUsage(double[] usage, int count) {
        for (int image = 0; image < count; image++) {
            row.addUsage(gates, image * mixture.gates(), usage);
        }
    }
}
