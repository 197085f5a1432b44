package org.almaflow.learning.engine;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.almaflow.learning.network.InputSpec;

/**
 * Labelled examples in host memory, as chunk files hold them.
 *
 * @param features count × {@code input.bytes()} bytes, row-major, little-endian, from position 0 to
 *     the limit
 * @param classes number of classes of the stream
 * @param labels one class index an example, in [0, classes)
 */
public record Examples(InputSpec input, int classes, ByteBuffer features, int[] labels) {
    public Examples {
        features = features.duplicate().order(ByteOrder.LITTLE_ENDIAN);
        features.rewind();
        if (features.limit() != (long) labels.length * input.bytes()) {
            throw new IllegalArgumentException(
                    "%d bytes of features are not %d examples of %d bytes"
                            .formatted(features.limit(), labels.length, input.bytes()));
        }
    }

    /** Number of examples. */
    public int count() {
        return labels.length;
    }

    /** The examples at {@code rows}, copied in that order. */
    public Examples select(int[] rows) {
        int bytes = input.bytes();
        ByteBuffer chosen = ByteBuffer.allocate(Math.multiplyExact(rows.length, bytes));
        int[] chosenLabels = new int[rows.length];
        for (int i = 0; i < rows.length; i++) {
            chosen.put(i * bytes, features, rows[i] * bytes, bytes);
            chosenLabels[i] = labels[rows[i]];
        }
        return new Examples(input, classes, chosen, chosenLabels);
    }

    /** All parts one after another, copied. There is one at least, and all agree on the input. */
    public static Examples concat(List<Examples> parts) {
        InputSpec input = parts.get(0).input;
        int count = parts.stream().mapToInt(Examples::count).sum();
        ByteBuffer features = ByteBuffer.allocate(Math.multiplyExact(count, input.bytes()));
        int[] labels = new int[count];
        int row = 0;
        for (Examples part : parts) {
            if (!part.input.equals(input)) {
                throw new IllegalArgumentException(part.input + " among examples of " + input);
            }
            features.put(part.features.duplicate());
            System.arraycopy(part.labels, 0, labels, row, part.count());
            row += part.count();
        }
        return new Examples(input, parts.get(0).classes, features.flip(), labels);
    }
}
