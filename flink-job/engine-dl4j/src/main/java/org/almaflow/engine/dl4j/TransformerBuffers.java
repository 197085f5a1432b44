package org.almaflow.engine.dl4j;

import org.almaflow.learning.network.TransformerSpec;

/**
 * What the parts of a {@link TransformerProgram} use one after another, and what they are made of.
 * Nothing is kept in it from one part to the next but what a part hands on.
 *
 * @param sequences of the mini-batch
 * @param below receives the gradient of the input of any linear layer
 * @param scores of attention, or their gradients: [sequences · heads · T, T]
 * @param queries gradients of these, and of the keys and values: [sequences · heads · T, width of a
 *     head]
 * @param score heap arrays of the length of {@code scores}
 * @param wide heap arrays of the length of the widest input or output of a layer
 */
record TransformerBuffers(
        TransformerModel model,
        Workspace workspace,
        int sequences,
        DeviceMemory below,
        DeviceMemory scores,
        DeviceMemory queries,
        DeviceMemory keys,
        DeviceMemory values,
        DeviceMemory mixed,
        float[] score,
        float[] otherScore,
        float[] wide,
        float[] one,
        float[] two,
        float[] three) {
    static TransformerBuffers of(TransformerModel model, int sequences, Workspace workspace) {
        TransformerSpec spec = model.spec();
        int rows = Math.multiplyExact(sequences, spec.positions());
        int values = Math.multiplyExact(rows, spec.width());
        int widest = widest(spec, sequences);
        int scores = Math.multiplyExact(rows * spec.heads(), spec.positions());
        return new TransformerBuffers(
                model,
                workspace,
                sequences,
                workspace.memory(1, widest),
                workspace.memory(1, scores),
                workspace.memory(1, values),
                workspace.memory(1, values),
                workspace.memory(1, values),
                workspace.memory(1, values),
                workspace.heap(scores),
                workspace.heap(scores),
                workspace.heap(widest),
                workspace.heap(values),
                workspace.heap(values),
                workspace.heap(values));
    }

    /** Experts have room for some rows more than there are. */
    private static int widest(TransformerSpec spec, int sequences) {
        int most = spec.positions();
        for (int i = 0; i < spec.layers(); i++) {
            most = spec.experts(i) == 0 ? most : Math.max(most, spec.capacity(i));
        }
        int width = Math.max(3 * spec.width(), spec.feedForward());
        return Math.multiplyExact(Math.multiplyExact(sequences, most), width);
    }

    TransformerSpec spec() {
        return model.spec();
    }

    /** Positions of the mini-batch. */
    int rows() {
        return sequences * spec().positions();
    }

    /**
     * A linear layer of which tensor {@code name} is the {@code index}-th part.
     *
     * @param x its input [rows, in]; the gradient of that comes to {@link #below}
     */
    RowsLinear linear(String name, int index, RowsLinear.Shape shape, DeviceMemory x) {
        int weights = shape.in() * shape.out();
        return new RowsLinear(
                shape,
                model.begin(name + ".weight") + index * weights,
                model.begin(name + ".bias") + index * shape.out(),
                x,
                below,
                workspace);
    }
}
