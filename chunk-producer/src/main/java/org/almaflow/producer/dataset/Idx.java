package org.almaflow.producer.dataset;

import java.nio.ByteBuffer;
import java.util.Arrays;

/** The idx format of MNIST: big-endian magic number, sizes of the axes, then bytes. */
final class Idx {
    private static final int IMAGES = 0x00000803;
    private static final int LABELS = 0x00000801;

    private Idx() {}

    /**
     * Pixels of a file of images, examples x height x width.
     *
     * @param height what the file must say; as width
     */
    static byte[] images(String name, byte[] file, int height, int width) {
        ByteBuffer header = header(name, file, IMAGES, 3);
        int examples = header.getInt();
        int rows = header.getInt();
        int columns = header.getInt();
        if (rows != height || columns != width) {
            throw new DatasetException(
                    "%s: images are %d x %d, must be %d x %d; fetch the file again"
                            .formatted(name, rows, columns, height, width));
        }
        return body(name, file, header.position(), (long) examples * height * width);
    }

    /** Labels of a file of labels, each in [0, classes). */
    static int[] labels(String name, byte[] file, int classes) {
        ByteBuffer header = header(name, file, LABELS, 1);
        int examples = header.getInt();
        byte[] body = body(name, file, header.position(), examples);
        int[] labels = new int[body.length];
        for (int i = 0; i < body.length; i++) {
            labels[i] = Labels.checked(name, i, Byte.toUnsignedInt(body[i]), classes);
        }
        return labels;
    }

    private static ByteBuffer header(String name, byte[] file, int magic, int axes) {
        int length = (1 + axes) * Integer.BYTES;
        if (file.length < length) {
            throw new DatasetException(
                    "%s: cut in its header (%d bytes of %d); fetch the file again"
                            .formatted(name, file.length, length));
        }
        ByteBuffer header = ByteBuffer.wrap(file, 0, length);
        int found = header.getInt();
        if (found != magic) {
            throw new DatasetException(
                    "%s: magic number 0x%08x, must be 0x%08x; this is another kind of file"
                            .formatted(name, found, magic));
        }
        return header;
    }

    private static byte[] body(String name, byte[] file, int start, long length) {
        if (length != file.length - start) {
            throw new DatasetException(
                    "%s: header says %,d bytes of data, the file holds %,d; fetch the file again"
                            .formatted(name, length, file.length - start));
        }
        return Arrays.copyOfRange(file, start, file.length);
    }
}
