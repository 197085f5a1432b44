package org.almaflow.producer;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Random;
import org.almaflow.producer.dataset.Dataset;
import org.almaflow.producer.dataset.ExampleTable;
import org.almaflow.schemas.ElementType;
import org.almaflow.schemas.FeatureSpec;
import org.almaflow.schemas.Target;

/** Small data sets whose examples say which row they are. */
final class TestingData {

    private TestingData() {}

    /**
     * Examples of 2 x int32: the row number and its table (0 train, 1 holdout); label = row mod 3.
     */
    static Dataset numbered(int train, int holdout) {
        FeatureSpec spec =
                FeatureSpec.newBuilder()
                        .setElementType(ElementType.INT32)
                        .setShape(List.of(2))
                        .setTarget(Target.CLASS_LABEL)
                        .setClasses(3)
                        .build();
        return Dataset.of("numbered", spec, table(train, 0), table(holdout, 1));
    }

    private static ExampleTable table(int rows, int which) {
        ByteBuffer features = ByteBuffer.allocate(8 * rows).order(ByteOrder.LITTLE_ENDIAN);
        int[] labels = new int[rows];
        for (int row = 0; row < rows; row++) {
            features.putInt(row).putInt(which);
            labels[row] = row % 3;
        }
        return new ExampleTable(features.array(), labels);
    }

    /** Images of 3,072 bytes with incompressible content, larger than many slices. */
    static Dataset images(int train, int holdout) {
        FeatureSpec spec =
                FeatureSpec.newBuilder()
                        .setElementType(ElementType.UINT8)
                        .setShape(List.of(3, 32, 32))
                        .setTarget(Target.CLASS_LABEL)
                        .setClasses(10)
                        .setClassNames(List.of("a", "b", "c", "d", "e", "f", "g", "h", "i", "j"))
                        .build();
        return Dataset.of("images", spec, noise(train, 1), noise(holdout, 2));
    }

    private static ExampleTable noise(int rows, long seed) {
        byte[] features = new byte[rows * 3072];
        new Random(seed).nextBytes(features);
        return new ExampleTable(features, new int[rows]);
    }
}
