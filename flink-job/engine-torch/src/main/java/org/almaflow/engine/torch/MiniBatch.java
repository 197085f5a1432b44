package org.almaflow.engine.torch;

import java.util.List;
import org.almaflow.learning.engine.Augmentation;
import org.almaflow.learning.engine.Augmentation.Crop;
import org.almaflow.learning.network.InputSpec;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** Chooses and augments the examples of a step, on the device. */
final class MiniBatch {
    private MiniBatch() {}

    /**
     * Rows [n, elements] of a set.
     *
     * @param position of the first one in the order of the epoch
     */
    static Tensor features(
            Place place,
            ResidentExamples set,
            Tensor rows,
            int position,
            Augmentation augmentation) {
        Tensor chosen = torch.index_select(set.features(), 0, rows);
        return augmentation.kind() == Augmentation.Kind.NONE
                ? chosen
                : cropped(place, chosen, set.input(), position, augmentation);
    }

    /** Pads, and gathers the crop's rows, then its columns, which may run backwards. */
    private static Tensor cropped(
            Place place, Tensor x, InputSpec input, int position, Augmentation augmentation) {
        List<Integer> shape = input.shape();
        if (shape.size() != 3) {
            throw new IllegalArgumentException(
                    "augmentation needs examples of shape [channels, height, width], not " + shape);
        }
        int n = Math.toIntExact(x.size(0));
        int c = shape.get(0);
        int h = shape.get(1);
        int w = shape.get(2);
        int pad = Augmentation.PAD;
        long[] down = new long[n * h];
        long[] right = new long[n * w];
        for (int i = 0; i < n; i++) {
            Crop crop = augmentation.crop(position + i);
            for (int y = 0; y < h; y++) {
                down[i * h + y] = (long) y + crop.down() + pad;
            }
            for (int at = 0; at < w; at++) {
                right[i * w + at] = (long) crop.column(at, w) + pad;
            }
        }
        Tensor padded =
                torch.constant_pad_nd(
                        x.view(n, c, h, w),
                        new long[] {pad, pad, pad, pad},
                        new Scalar(Augmentation.PADDING));
        Tensor rows = place.here(torch.tensor(down)).view(n, 1, h, 1);
        Tensor columns = place.here(torch.tensor(right)).view(n, 1, 1, w);
        Tensor lines = torch.gather(padded, 2, rows.expand(n, c, h, w + 2L * pad));
        return torch.gather(lines, 3, columns.expand(n, c, h, w)).view(n, (long) c * h * w);
    }
}
