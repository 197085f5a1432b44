package org.almaflow.engine.torch;

import static org.bytedeco.pytorch.global.torch.ScalarType;

import java.util.Arrays;
import org.almaflow.learning.engine.Dropout;
import org.bytedeco.pytorch.Tensor;

/**
 * Multiplies by what {@link Dropout} leaves in and out of one mini-batch. The factors are computed
 * here and copied to the device, so that they are those of every engine.
 *
 * @param position of the first example in the order of the epoch
 */
record DropoutFactors(Place place, Dropout dropout, int position) {
    /**
     * Changes {@code x}, which nothing but its own gradient may need any more.
     *
     * @param examples of which {@code x} has equal parts, one after another
     */
    Tensor apply(Tensor x, int examples, int at) {
        if (dropout.share() == 0) {
            return x;
        }
        float[] factors = new float[Math.toIntExact(x.numel())];
        Arrays.fill(factors, 1);
        int each = factors.length / examples;
        for (int i = 0; i < examples; i++) {
            dropout.apply(factors, i * each, each, position + i, at);
        }
        Tensor onDevice = place.unset(ScalarType.Float, x.shape());
        place.write(factors, onDevice);
        return x.mul_(onDevice);
    }
}
