package org.almaflow.producer.dataset;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.almaflow.schemas.ElementType;
import org.almaflow.schemas.FeatureSpec;

/**
 * Unlabelled examples of a stream from a file: a PNG or JPEG image, idx images, rows of a CSV file
 * with a header line, an array of NumPy, or the bytes themselves ({@code .raw}). Values are as a
 * chunk has them: nothing is scaled, turned or cut to size.
 */
public record ExampleFile(Path path, FeatureSpec spec) {
    private static final String KINDS = "give .png, .jpg, .csv, .npy, .raw or idx images (-ubyte)";

    /**
     * The examples one after another, row-major, little-endian.
     *
     * @throws DatasetException with one sentence when the file cannot be read or does not fit
     */
    public ByteBuffer read() {
        if (!Files.isRegularFile(path)) {
            throw new DatasetException("there is no file %s".formatted(path));
        }
        String name = path.getFileName().toString().toLowerCase(Locale.ROOT);
        String kind = name.substring(name.lastIndexOf('.') + 1);
        try {
            return ByteBuffer.wrap(
                    switch (kind) {
                        case "png", "jpg", "jpeg" -> image();
                        case "csv" -> rows();
                        case "npy" -> Npy.read(path.toString(), Files.readAllBytes(path), spec);
                        case "raw", "bin" -> whole(Files.readAllBytes(path));
                        default -> idx(name);
                    });
        } catch (IOException e) {
            throw new DatasetException("%s cannot be read: %s".formatted(path, e.getMessage()), e);
        }
    }

    /** Number of examples in what {@link #read} gave. */
    public int count(ByteBuffer examples) {
        return examples.remaining() / bytes();
    }

    /** Bytes of one example. */
    public int bytes() {
        return Math.multiplyExact(elements(), spec.getElementType() == ElementType.UINT8 ? 1 : 4);
    }

    private int elements() {
        return spec.getShape().stream().reduce(1, Math::multiplyExact);
    }

    private byte[] image() throws IOException {
        List<Integer> shape = spec.getShape();
        requireImages();
        Picture picture = Picture.of(ImageFile.decode(path));
        if (picture.height() != shape.get(1) || picture.width() != shape.get(2)) {
            throw wrong(
                    "the image is %d x %d, and those of the stream are %d x %d; scale it first"
                            .formatted(
                                    picture.height(), picture.width(), shape.get(1), shape.get(2)));
        }
        if (shape.get(0) == 1 && !picture.grey()) {
            throw wrong("the image has colours, and those of the stream are grey");
        }
        return shape.get(0) == 1 ? picture.planes() : picture.colour();
    }

    private void requireImages() {
        List<Integer> shape = spec.getShape();
        boolean images = shape.size() == 3 && (shape.get(0) == 1 || shape.get(0) == 3);
        if (!images || spec.getElementType() != ElementType.UINT8) {
            throw wrong(
                    "examples of the stream are no images but %s of shape %s"
                            .formatted(spec.getElementType(), shape));
        }
    }

    private byte[] idx(String name) throws IOException {
        if (!name.endsWith("-ubyte")) {
            throw wrong("what kind of file is that? " + KINDS);
        }
        requireImages();
        int height = spec.getShape().get(1);
        return whole(
                Idx.images(
                        path.toString(), Files.readAllBytes(path), height, spec.getShape().get(2)));
    }

    private byte[] rows() {
        if (spec.getElementType() != ElementType.FLOAT32) {
            throw wrong(
                    "a CSV file holds numbers, and examples of the stream are %s of shape %s"
                            .formatted(spec.getElementType(), spec.getShape()));
        }
        FeatureRows rows = new CsvFile(path).read(this::table);
        ByteBuffer bytes =
                ByteBuffer.allocate(rows.rows().size() * bytes()).order(ByteOrder.LITTLE_ENDIAN);
        for (float[] row : rows.rows()) {
            bytes.asFloatBuffer().put(row);
            bytes.position(bytes.position() + bytes());
        }
        return bytes.array();
    }

    private FeatureRows table(List<String> columns) {
        if (columns.size() != elements()) {
            throw wrong(
                    "it has %d columns (%s), and examples of the stream have %d values; leave out the labels"
                            .formatted(columns.size(), String.join(", ", columns), elements()));
        }
        return new FeatureRows(path, columns);
    }

    private byte[] whole(byte[] content) {
        if (content.length == 0 || content.length % bytes() != 0) {
            throw wrong(
                    "%d bytes are no whole number of examples of %d bytes"
                            .formatted(content.length, bytes()));
        }
        return content;
    }

    private DatasetException wrong(String what) {
        return new DatasetException("%s: %s".formatted(path, what));
    }
}
