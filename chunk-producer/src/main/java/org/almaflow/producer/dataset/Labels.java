package org.almaflow.producer.dataset;

/** Checks on labels that come out of files. */
final class Labels {
    private Labels() {}

    static int checked(String file, int example, int label, int classes) {
        if (label < 0 || label >= classes) {
            throw new DatasetException(
                    "%s: label %d of example %d is not in 0 .. %d; fetch the file again"
                            .formatted(file, label, example, classes - 1));
        }
        return label;
    }

    /** Number of labels must be number of examples. */
    static void checkCount(String images, int examples, String labels, int count) {
        if (examples != count) {
            throw new DatasetException(
                    "%s holds %,d images, %s %,d labels; fetch both files again"
                            .formatted(images, examples, labels, count));
        }
    }
}
