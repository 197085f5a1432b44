package org.almaflow.producer.dataset;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.almaflow.schemas.FeatureSpec;

/**
 * The array format of NumPy: magic, version, length of a header that is a Python dictionary, the
 * values.
 */
final class Npy {
    private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
    private static final Pattern TYPE = Pattern.compile("'descr':\\s*'([^']*)'");
    private static final Pattern ORDER = Pattern.compile("'fortran_order':\\s*(True|False)");
    private static final Pattern SHAPE = Pattern.compile("'shape':\\s*\\(([0-9, ]*)\\)");

    private Npy() {}

    /** Values of an array that is one example of the stream, or several along its first axis. */
    static byte[] read(String name, byte[] file, FeatureSpec spec) {
        if (file.length < 12 || !Arrays.equals(file, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
            throw new DatasetException("%s: no array of NumPy".formatted(name));
        }
        ByteBuffer bytes = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        boolean first = file[6] == 1;
        long length = first ? bytes.getShort(8) & 0xFFFF : bytes.getInt(8) & 0xFFFFFFFFL;
        int begin = first ? 10 : 12;
        if (length > file.length - begin) {
            throw new DatasetException("%s: cut in its header".formatted(name));
        }
        String header = new String(file, begin, (int) length, StandardCharsets.ISO_8859_1);
        requireType(name, header, spec);
        int values = values(name, header, spec);
        byte[] body = Arrays.copyOfRange(file, begin + (int) length, file.length);
        if (body.length != (long) values * width(spec)) {
            throw new DatasetException(
                    "%s: header says %,d values, the file holds %,d bytes"
                            .formatted(name, values, body.length));
        }
        return body;
    }

    private static int width(FeatureSpec spec) {
        return type(spec).charAt(2) - '0';
    }

    private static String type(FeatureSpec spec) {
        return switch (spec.getElementType()) {
            case UINT8 -> "|u1";
            case FLOAT32 -> "<f4";
            case INT32 -> "<i4";
        };
    }

    private static void requireType(String name, String header, FeatureSpec spec) {
        String type = find(name, TYPE, header);
        if (!type.equals(type(spec))) {
            throw new DatasetException(
                    "%s: values are %s, and those of the stream %s (%s); convert it with astype"
                            .formatted(name, type, type(spec), spec.getElementType()));
        }
        if (find(name, ORDER, header).equals("True")) {
            throw new DatasetException(
                    "%s: the array is in Fortran order; save numpy.ascontiguousarray of it"
                            .formatted(name));
        }
    }

    private static int values(String name, String header, FeatureSpec spec) {
        List<Integer> shape = new ArrayList<>();
        for (String axis : find(name, SHAPE, header).split(",")) {
            if (!axis.isBlank()) {
                shape.add(Integer.parseInt(axis.strip()));
            }
        }
        boolean one = shape.equals(spec.getShape());
        boolean several =
                shape.size() == spec.getShape().size() + 1
                        && shape.subList(1, shape.size()).equals(spec.getShape());
        if (!one && !several) {
            throw new DatasetException(
                    "%s: the array has shape %s, and an example of the stream %s"
                            .formatted(name, shape, spec.getShape()));
        }
        return shape.stream().reduce(1, Math::multiplyExact);
    }

    private static String find(String name, Pattern pattern, String header) {
        Matcher found = pattern.matcher(header);
        if (!found.find()) {
            throw new DatasetException(
                    "%s: its header is not understood: %s".formatted(name, header.strip()));
        }
        return found.group(1);
    }
}
