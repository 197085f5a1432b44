package org.almaflow.producer.dataset;

import java.util.List;
import java.util.Map;
import org.almaflow.schemas.FeatureSpec;

/**
 * The binary layout of CIFAR-10: records of one label byte and 3 x 32 x 32 pixels, all red ones
 * first. Batches follow in the order of their names; the test batch is the holdout.
 */
record CifarLayout(FeatureSpec spec) implements DatasetLayout {
    static final int PIXELS = 3 * 32 * 32;
    static final int RECORD = 1 + PIXELS;
    static final String TEST = "test_batch.bin";

    static String batch(int number) {
        return "data_batch_%d.bin".formatted(number);
    }

    @Override
    public Dataset read(String name, Map<String, byte[]> files) {
        List<String> batches =
                files.keySet().stream().filter(f -> !f.equals(TEST)).sorted().toList();
        return Dataset.of(name, spec, table(files, batches), table(files, List.of(TEST)));
    }

    private ExampleTable table(Map<String, byte[]> files, List<String> names) {
        int examples = names.stream().mapToInt(name -> records(name, files.get(name))).sum();
        byte[] pixels = new byte[Math.multiplyExact(examples, PIXELS)];
        int[] labels = new int[examples];
        int next = 0;
        for (String name : names) {
            byte[] file = files.get(name);
            for (int at = 0; at < file.length; at += RECORD) {
                int label = Byte.toUnsignedInt(file[at]);
                labels[next] = Labels.checked(name, at / RECORD, label, spec.getClasses());
                System.arraycopy(file, at + 1, pixels, next * PIXELS, PIXELS);
                next++;
            }
        }
        return new ExampleTable(pixels, labels);
    }

    private static int records(String name, byte[] file) {
        if (file.length == 0 || file.length % RECORD != 0) {
            throw new DatasetException(
                    "%s: %,d bytes are no whole number of %d-byte records; fetch the file again"
                            .formatted(name, file.length, RECORD));
        }
        return file.length / RECORD;
    }
}
