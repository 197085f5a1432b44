package org.almaflow.engine.dl4j;

import org.almaflow.learning.network.VggSpec;

/**
 * What the layers of a {@link VggProgram} use one after another: two memories for gradients, which
 * take turns from layer to layer, one for normalised outputs, and one for the gradient of an
 * expert's input.
 *
 * @param even gradients of the outputs of convolutions 0, 2, …; {@code odd} of the others
 * @param output normalised output of a convolution, which the next one takes in
 * @param input gradient of a block's input that is not used, or is added up over experts
 */
record VggBuffers(
        Workspace workspace,
        Chunks chunks,
        DeviceMemory even,
        DeviceMemory odd,
        DeviceMemory output,
        DeviceMemory input) {
    static VggBuffers of(VggSpec spec, int images, Workspace workspace) {
        int largest = 0;
        int largestInput = 0;
        int mostChannels = spec.fedChannels(0);
        for (int b = 0; b < spec.blocks().size(); b++) {
            int pixels = images * spec.fedHeight(b) * spec.fedWidth(b);
            for (int channels : spec.blocks().get(b).channels()) {
                largest = Math.max(largest, Math.multiplyExact(pixels, channels));
                mostChannels = Math.max(mostChannels, channels);
            }
            largestInput = Math.max(largestInput, pixels * spec.fedChannels(b));
        }
        Chunks chunks = new Chunks(mostChannels);
        workspace.count(chunks.bytes());
        return new VggBuffers(
                workspace,
                chunks,
                workspace.memory(1, largest),
                workspace.memory(1, largest),
                workspace.memory(1, largest),
                workspace.memory(1, largestInput));
    }

    /** For the gradient of the output of convolution {@code i} of a block. */
    DeviceMemory delta(int i) {
        return i % 2 == 0 ? even : odd;
    }
}
