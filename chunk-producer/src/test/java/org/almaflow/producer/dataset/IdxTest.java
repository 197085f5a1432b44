package org.almaflow.producer.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class IdxTest {
    private static final byte[] PIXELS = {0, 1, 2, 3, 4, 5, 6, (byte) 255, 8, 9, 10, 11};
    private static final byte[] IMAGES = TestingFiles.idxImages(2, 2, 3, PIXELS);

    @Test
    void readsImagesAndLabels() {
        assertThat(Idx.images("images", IMAGES, 2, 3)).containsExactly(PIXELS);
        assertThat(Idx.labels("labels", TestingFiles.idxLabels(9, 0, 3), 10))
                .containsExactly(9, 0, 3);
    }

    @Test
    void refusesAFileThatIsCut() {
        assertThatThrownBy(() -> Idx.images("images", Arrays.copyOf(IMAGES, 7), 2, 3))
                .isInstanceOf(DatasetException.class)
                .hasMessageContaining("images: cut in its header (7 bytes of 16)");
        assertThatThrownBy(
                        () -> Idx.images("images", Arrays.copyOf(IMAGES, IMAGES.length - 1), 2, 3))
                .isInstanceOf(DatasetException.class)
                .hasMessageContaining("header says 12 bytes of data, the file holds 11");
    }

    @Test
    void refusesAnotherMagicNumber() {
        assertThatThrownBy(() -> Idx.labels("labels", IMAGES, 10))
                .isInstanceOf(DatasetException.class)
                .hasMessageContaining("labels: magic number 0x00000803, must be 0x00000801");
    }

    @Test
    void refusesAnotherSizeOfImage() {
        assertThatThrownBy(() -> Idx.images("images", IMAGES, 3, 2))
                .isInstanceOf(DatasetException.class)
                .hasMessageContaining("images are 2 x 3, must be 3 x 2");
    }

    @Test
    void refusesALabelOutOfRange() {
        assertThatThrownBy(() -> Idx.labels("labels", TestingFiles.idxLabels(1, 10), 10))
                .isInstanceOf(DatasetException.class)
                .hasMessageContaining("label 10 of example 1 is not in 0 .. 9");
    }

    @Test
    void refusesAnotherNumberOfLabelsThanImages() {
        IdxLayout layout =
                new IdxLayout(
                        FeatureSpecs.images(
                                List.of(1, 2, 3), List.of("a", "b"), List.of(0f), List.of(1f)));
        Map<String, byte[]> files =
                Map.of(
                        IdxLayout.TRAIN_IMAGES,
                        IMAGES,
                        IdxLayout.TRAIN_LABELS,
                        TestingFiles.idxLabels(1, 0, 1),
                        IdxLayout.TEST_IMAGES,
                        IMAGES,
                        IdxLayout.TEST_LABELS,
                        TestingFiles.idxLabels(1, 0));

        assertThatThrownBy(() -> layout.read("toy", files))
                .isInstanceOf(DatasetException.class)
                .hasMessageContaining("holds 2 images, train-labels-idx1-ubyte 3 labels");
    }
}
