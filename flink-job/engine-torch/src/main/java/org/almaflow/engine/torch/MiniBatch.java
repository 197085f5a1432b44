package org.almaflow.engine.torch;

import static org.bytedeco.pytorch.global.torch.ScalarType;

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

    /** What is to be predicted of those rows: a class of each, or the next tokens of each. */
    static Tensor targets(ResidentExamples set, Tensor rows, Tensor features) {
        return set.input().tokens()
                ? nextTokens(features)
                : torch.index_select(set.targets(), 0, rows);
    }

    /**
     * Every token but the first [n · T] of sequences [n, T + 1], which are float32: exact to 2^24.
     */
    static Tensor nextTokens(Tensor sequences) {
        return sequences.narrow(1, 1, sequences.size(1) - 1).reshape(-1).to(ScalarType.Long);
    }

    /** Logarithm of each row's probability of its target [rows] by logits [rows, classes]. */
    static Tensor logProbabilities(Tensor logits, Tensor targets) {
        return torch.log_softmax(logits, 1).gather(1, targets.unsqueeze(1)).squeeze(1);
    }

    /** How many rows of logits [rows, classes] have one that is larger than their target's. */
    static int wrong(Tensor logits, Tensor targets) {
        Tensor right = logits.le(logits.gather(1, targets.unsqueeze(1))).all(1);
        return Math.toIntExact(right.logical_not().sum().item_long());
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
