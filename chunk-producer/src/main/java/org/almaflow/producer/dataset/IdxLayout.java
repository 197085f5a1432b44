package org.almaflow.producer.dataset;

import java.util.Map;
import org.almaflow.schemas.FeatureSpec;

/** Four idx files as MNIST names them. */
record IdxLayout(FeatureSpec spec) implements DatasetLayout {
    static final String TRAIN_IMAGES = "train-images-idx3-ubyte";
    static final String TRAIN_LABELS = "train-labels-idx1-ubyte";
    static final String TEST_IMAGES = "t10k-images-idx3-ubyte";
    static final String TEST_LABELS = "t10k-labels-idx1-ubyte";

    @Override
    public Dataset read(String name, Map<String, byte[]> files) {
        return Dataset.of(
                name,
                spec,
                table(files, TRAIN_IMAGES, TRAIN_LABELS),
                table(files, TEST_IMAGES, TEST_LABELS));
    }

    private ExampleTable table(Map<String, byte[]> files, String images, String labels) {
        int height = spec.getShape().get(1);
        int width = spec.getShape().get(2);
        byte[] pixels = Idx.images(images, files.get(images), height, width);
        int[] classes = Idx.labels(labels, files.get(labels), spec.getClasses());
        Labels.checkCount(images, pixels.length / (height * width), labels, classes.length);
        return new ExampleTable(pixels, classes);
    }
}
