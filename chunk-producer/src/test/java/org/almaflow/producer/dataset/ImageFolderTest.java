package org.almaflow.producer.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.almaflow.schemas.ElementType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ImageFolderTest {
    @TempDir Path temp;

    @Test
    void readsGreyImagesClassByClassAndHoldsOutEverySixth() throws Exception {
        for (int i = 0; i < 12; i++) {
            TestingFiles.grey(temp.resolve("b/%02d.png".formatted(i)), 3, 2, 10 + i);
        }
        for (int i = 0; i < 3; i++) {
            TestingFiles.grey(temp.resolve("a/%d.png".formatted(i)), 3, 2, i);
        }
        Files.writeString(temp.resolve("README.md"), "not a class");
        Files.createDirectory(temp.resolve(".hidden"));
        Files.writeString(temp.resolve("a/.DS_Store"), "not an image");

        Dataset dataset = load(temp);

        assertThat(dataset.name()).isEqualTo(temp.getFileName().toString());
        assertThat(dataset.spec().getElementType()).isEqualTo(ElementType.UINT8);
        assertThat(dataset.spec().getShape()).containsExactly(1, 2, 3);
        assertThat(dataset.spec().getClassNames()).containsExactly("a", "b");
        assertThat(dataset.train().labels()).containsExactly(0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1);
        assertThat(values(dataset.train(), 6))
                .containsExactly(0, 1, 10, 11, 12, 13, 14, 16, 17, 18, 19, 20);
        assertThat(dataset.holdout().labels()).containsExactly(0, 1, 1);
        assertThat(values(dataset.holdout(), 6)).containsExactly(2, 15, 21);
    }

    @Test
    void takesMeanAndDeviationFromTheTrainingImagesAlone() throws Exception {
        TestingFiles.grey(temp.resolve("train/a/0.png"), 2, 2, 0);
        TestingFiles.grey(temp.resolve("train/b/0.png"), 2, 2, 255);
        TestingFiles.grey(temp.resolve("holdout/b/0.png"), 2, 2, 128);

        Dataset dataset = load(temp);

        assertThat(dataset.spec().getMean()).singleElement().isEqualTo(0.5f);
        assertThat(dataset.spec().getStd()).singleElement().isEqualTo(0.5f);
        assertThat(dataset.train().labels()).containsExactly(0, 1);
        assertThat(dataset.holdout().labels()).containsExactly(1);
        assertThat(values(dataset.holdout(), 4)).containsExactly(128);
    }

    @Test
    void readsColourPlaneByPlaneAndGreyImagesBesideItAsColour() throws Exception {
        BufferedImage colour =
                TestingFiles.image(
                        2, 1, BufferedImage.TYPE_INT_RGB, (x, y) -> x == 0 ? 0x010203 : 0xFF8040);
        TestingFiles.write(temp.resolve("train/a/0.png"), colour, "png");
        TestingFiles.grey(temp.resolve("train/b/0.png"), 2, 1, 77);
        TestingFiles.grey(temp.resolve("test/b/0.png"), 2, 1, 78);

        Dataset dataset = load(temp);

        assertThat(dataset.spec().getShape()).containsExactly(3, 1, 2);
        assertThat(dataset.spec().getMean()).hasSize(3);
        assertThat(dataset.train().features())
                .containsExactly(1, 255, 2, 128, 3, 64, 77, 77, 77, 77, 77, 77);
        assertThat(dataset.holdout().features()).containsOnly(78);
    }

    @Test
    void readsJpegImagesAndColourFilesThatAreGreyInside() throws Exception {
        for (String name : new String[] {"a/0.jpg", "a/1.JPEG", "b/0.png", "b/1.jpg"}) {
            int grey = name.startsWith("a") ? 0x404040 : 0xC0C0C0;
            BufferedImage image =
                    TestingFiles.image(8, 8, BufferedImage.TYPE_INT_RGB, (x, y) -> grey);
            String format = name.endsWith("png") ? "png" : "jpg";
            TestingFiles.write(temp.resolve(name), image, format);
        }

        Dataset dataset = load(temp);

        assertThat(dataset.spec().getShape()).containsExactly(1, 8, 8);
        assertThat(values(dataset.train(), 64)[0]).isCloseTo(0x40, within(1));
        assertThat(values(dataset.train(), 64)[1]).isCloseTo(0xC0, within(1));
    }

    @Test
    void classesWithNumbersAreInTheOrderOfTheNumbers() throws Exception {
        for (int i : new int[] {10, 9, 2}) {
            TestingFiles.grey(temp.resolve(i + "/x.png"), 1, 1, i);
            TestingFiles.grey(temp.resolve(i + "/y.png"), 1, 1, i);
        }

        Dataset dataset = load(temp);

        assertThat(dataset.spec().getClassNames()).containsExactly("2", "9", "10");
        assertThat(dataset.train().features()).containsExactly(2, 9, 10);
    }

    @Test
    void theSameFolderHasTheSameFingerprintAndAChangedOneAnother() throws Exception {
        fill(temp);
        String before = load(temp).fingerprint();
        assertThat(load(temp).fingerprint()).isEqualTo(before);

        TestingFiles.grey(temp.resolve("a/0.png"), 2, 2, 99);

        assertThat(load(temp).fingerprint()).isNotEqualTo(before);
    }

    @Test
    void namesTheFirstImageOfAnotherSizeAndBothSizes() throws Exception {
        fill(temp);
        TestingFiles.grey(temp.resolve("b/0.png"), 3, 2, 1);

        assertThatThrownBy(() -> load(temp))
                .isInstanceOf(DatasetException.class)
                .hasMessage(
                        "image %s is 3 x 2, but %s is 2 x 2; bring all images to one size",
                        temp.resolve("b/0.png"), temp.resolve("a/0.png"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"png", "jpg"})
    void namesAnImageThatIsCut(String format) throws Exception {
        fill(temp);
        BufferedImage noise =
                TestingFiles.image(
                        64, 64, BufferedImage.TYPE_INT_RGB, (x, y) -> x * 0x53A71 ^ y * 0x9317B);
        Path cut = TestingFiles.write(temp.resolve("a/0." + format), noise, format);
        byte[] whole = Files.readAllBytes(cut);
        Files.write(cut, Arrays.copyOf(whole, whole.length / 2));

        assertRefused("image " + cut + " cannot be read");
    }

    @Test
    void namesAFileThatIsNoImage() throws Exception {
        fill(temp);
        Path text = Files.writeString(temp.resolve("b/0.png"), "hello");
        assertRefused("image " + text + " cannot be read: it is no PNG or JPEG image");

        Files.delete(text);
        Path notes = Files.writeString(temp.resolve("b/notes.txt"), "hello");
        assertRefused(notes + " is no PNG or JPEG file");
    }

    @Test
    void refusesAnEmptyClassFolder() throws Exception {
        fill(temp);
        Path empty = Files.createDirectory(temp.resolve("c"));

        assertRefused("class folder " + empty + " holds no image");
    }

    @Test
    void refusesFewerThanTwoClasses() throws Exception {
        assertRefused(temp + " has no sub-folder");

        TestingFiles.grey(temp.resolve("a/0.png"), 2, 2, 1);
        assertRefused(temp + " has only one sub-folder, a");
    }

    @Test
    void refusesClassesOfWhichNothingCanBeHeldOut() throws Exception {
        TestingFiles.grey(temp.resolve("a/0.png"), 2, 2, 1);
        TestingFiles.grey(temp.resolve("b/0.png"), 2, 2, 1);

        assertRefused("no class has two images");
    }

    @Test
    void refusesAHoldoutClassThatIsNotTrained() throws Exception {
        fill(temp.resolve("train"));
        TestingFiles.grey(temp.resolve("test/z/0.png"), 2, 2, 1);

        assertRefused(temp.resolve("test/z") + " is no class of train (a, b)");
    }

    @Test
    void refusesTwoHoldoutsAndAnEmptyOne() throws Exception {
        fill(temp.resolve("train"));
        Files.createDirectory(temp.resolve("test"));
        assertRefused(temp.resolve("test") + " has no class folder");

        Files.createDirectory(temp.resolve("holdout"));
        assertRefused("holds both holdout and test");
    }

    private static void fill(Path folder) throws IOException {
        for (String name : new String[] {"a/0.png", "a/1.png", "b/0.png", "b/1.png"}) {
            TestingFiles.grey(folder.resolve(name), 2, 2, name.hashCode() & 0x7F);
        }
    }

    private void assertRefused(String message) {
        assertThatThrownBy(() -> load(temp))
                .isInstanceOf(DatasetException.class)
                .hasMessageContaining(message)
                .message()
                .doesNotContain("\n");
    }

    private static Dataset load(Path folder) {
        return Datasets.load(DatasetRequest.of(folder.toString()));
    }

    /** First element of each example. */
    private static int[] values(ExampleTable table, int elements) {
        int[] values = new int[table.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = Byte.toUnsignedInt(table.features()[i * elements]);
        }
        return values;
    }
}
