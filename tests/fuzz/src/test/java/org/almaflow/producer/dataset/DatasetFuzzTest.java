package org.almaflow.producer.dataset;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.almaflow.fuzz.Scratch;
import org.almaflow.schemas.FeatureSpec;

/** Any file of a data set is read or refused with a {@link DatasetException} that names it. */
class DatasetFuzzTest {
    private static final int SIDE = 2;
    private static final int CLASSES = 10;
    private static final FeatureSpec CIFAR =
            FeatureSpecs.images(
                    List.of(3, 32, 32),
                    Collections.nCopies(CLASSES, "name"),
                    Collections.nCopies(3, 0.5f),
                    Collections.nCopies(3, 0.25f));

    @FuzzTest(maxDuration = "20s")
    void aCsvFile(byte[] file) throws IOException {
        Path csv = Scratch.write("table.csv", file);
        try {
            Dataset table = CsvTable.read(csv, "label");
            assertThat(table.train().size()).isPositive();
        } catch (DatasetException e) {
            assertThat(e).hasMessageContaining("table.csv");
        }
    }

    @FuzzTest(maxDuration = "20s")
    void anImage(byte[] file) throws IOException {
        Path image = Scratch.write("image.png", file);
        try {
            Picture picture = Picture.of(ImageFile.decode(image));
            assertThat(picture.planes().length % (picture.width() * picture.height())).isZero();
        } catch (IOException e) {
            assertThat(e).hasMessageMatching("(?s)it .+");
        }
    }

    @FuzzTest(maxDuration = "15s")
    void anIdxFile(byte[] file) {
        try {
            assertThat(Idx.images("idx", file, SIDE, SIDE).length % (SIDE * SIDE)).isZero();
        } catch (DatasetException e) {
            assertThat(e).hasMessageContaining("idx");
        }
        try {
            assertThat(Arrays.stream(Idx.labels("idx", file, CLASSES)))
                    .allMatch(n -> n >= 0 && n < CLASSES);
        } catch (DatasetException e) {
            assertThat(e).hasMessageContaining("idx");
        }
    }

    @FuzzTest(maxDuration = "15s")
    void aCifarBatch(byte[] file) {
        Map<String, byte[]> files =
                Map.of(CifarLayout.batch(1), file, CifarLayout.TEST, new byte[CifarLayout.RECORD]);
        try {
            Dataset read = new CifarLayout(CIFAR).read("cifar", files);
            assertThat(read.train().size()).isPositive();
        } catch (DatasetException e) {
            assertThat(e).hasMessageContaining("data_batch_1");
        }
    }
}
