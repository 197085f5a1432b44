package org.almaflow.producer.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CachedDatasetTest {
    private static final byte[] PIXELS = {1, 2, 3, 4, 5, 6, 7, 8};

    @TempDir Path temp;
    private final Map<String, byte[]> files = new LinkedHashMap<>();

    CachedDatasetTest() {
        files.put(IdxLayout.TRAIN_IMAGES, TestingFiles.idxImages(2, 2, 2, PIXELS));
        files.put(IdxLayout.TRAIN_LABELS, TestingFiles.idxLabels(1, 0));
        files.put(IdxLayout.TEST_IMAGES, TestingFiles.idxImages(1, 2, 2, new byte[4]));
        files.put(IdxLayout.TEST_LABELS, TestingFiles.idxLabels(1));
    }

    @Test
    void fetchesOnFirstUseAndReadsTheCacheAfterwards() {
        Dataset first = cached().load(List.of(source()), DatasetProgress.NONE);
        Dataset second = cached().load(List.of(), DatasetProgress.NONE);

        assertThat(first.name()).isEqualTo("toy");
        assertThat(first.train().features()).containsExactly(PIXELS);
        assertThat(first.train().labels()).containsExactly(1, 0);
        assertThat(first.holdout().labels()).containsExactly(1);
        assertThat(second.fingerprint()).isEqualTo(first.fingerprint()).matches("[0-9a-f]{16}");
    }

    @Test
    void fetchesAgainWhenAFileOfTheCacheIsDamaged() throws Exception {
        cached().load(List.of(source()), DatasetProgress.NONE);
        Path labels = temp.resolve("toy").resolve(IdxLayout.TRAIN_LABELS);
        Files.write(labels, TestingFiles.idxLabels(0, 0));
        TestingSource source = source();

        Dataset again = cached().load(List.of(source), DatasetProgress.NONE);

        assertThat(again.train().labels()).containsExactly(1, 0);
        assertThat(source.asked()).containsExactly(List.of(IdxLayout.TRAIN_LABELS));
    }

    @Test
    void neverReadsADamagedCacheWhenNoSourceWorks() throws Exception {
        cached().load(List.of(source()), DatasetProgress.NONE);
        Path images = temp.resolve("toy").resolve(IdxLayout.TRAIN_IMAGES);
        Files.write(images, new byte[] {1, 2, 3});

        assertThatThrownBy(
                        () ->
                                cached().load(
                                                List.of(new TestingSource("web").failing("down")),
                                                DatasetProgress.NONE))
                .isInstanceOf(DatasetException.class)
                .hasMessageContaining("no source gave " + IdxLayout.TRAIN_IMAGES)
                .hasMessageContaining("web: down");
    }

    @Test
    void anInterruptEndsTheFetchAndStaysSet() {
        DatasetSource interrupted =
                new DatasetSource() {
                    @Override
                    public String describe() {
                        return "slow";
                    }

                    @Override
                    public void fetch(List<DatasetFile> wanted, Path into, DatasetProgress progress)
                            throws InterruptedException {
                        throw new InterruptedException();
                    }
                };
        try {
            assertThatThrownBy(() -> cached().load(List.of(interrupted), DatasetProgress.NONE))
                    .isInstanceOf(DatasetException.class)
                    .hasMessageContaining("interrupted");
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    private TestingSource source() {
        TestingSource source = new TestingSource("source");
        files.forEach(source::with);
        return source;
    }

    private CachedDataset cached() {
        List<DatasetFile> expected =
                files.entrySet().stream()
                        .map(file -> TestingFiles.file(file.getKey(), file.getValue()))
                        .toList();
        IdxLayout layout =
                new IdxLayout(
                        FeatureSpecs.images(
                                List.of(1, 2, 2), List.of("a", "b"), List.of(0f), List.of(1f)));
        return new CachedDataset("toy", expected, layout, temp.resolve("toy"));
    }
}
