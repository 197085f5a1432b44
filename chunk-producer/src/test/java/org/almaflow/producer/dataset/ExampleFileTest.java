package org.almaflow.producer.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import org.almaflow.schemas.FeatureSpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExampleFileTest {
    private static final List<String> CLASSES = List.of("a", "b");
    private static final FeatureSpec GREY =
            FeatureSpecs.images(List.of(1, 2, 3), CLASSES, List.of(), List.of());
    private static final FeatureSpec COLOUR =
            FeatureSpecs.images(List.of(3, 2, 3), CLASSES, List.of(), List.of());
    private static final FeatureSpec TABLE =
            FeatureSpecs.table(CLASSES, List.of(0f, 0f), List.of(1f, 1f));

    @TempDir Path folder;

    private Path write(String name, byte[] content) throws IOException {
        return Files.write(folder.resolve(name), content);
    }

    private Path write(String name, String content) throws IOException {
        return write(name, content.getBytes(StandardCharsets.ISO_8859_1));
    }

    private Path image(String name, int type, int... pixels) throws IOException {
        BufferedImage image = new BufferedImage(3, pixels.length / 3, type);
        for (int i = 0; i < pixels.length; i++) {
            image.setRGB(i % 3, i / 3, pixels[i]);
        }
        Path file = folder.resolve(name);
        assertThat(ImageIO.write(image, "png", file.toFile())).isTrue();
        return file;
    }

    private static byte[] bytes(Path file, FeatureSpec spec) {
        ByteBuffer read = new ExampleFile(file, spec).read();
        byte[] bytes = new byte[read.remaining()];
        read.duplicate().get(bytes);
        return bytes;
    }

    private static void refuses(Path file, FeatureSpec spec, String message) {
        assertThatThrownBy(() -> new ExampleFile(file, spec).read())
                .isInstanceOf(DatasetException.class)
                .hasMessageContaining(file.toString())
                .hasMessageContaining(message);
    }

    @Test
    void imagesArePlanesOfTheirPixels() throws IOException {
        Path red = image("red.png", BufferedImage.TYPE_INT_RGB, 0x0A0B0C, 1, 2, 3, 4, 0xFF0000);
        assertThat(bytes(red, COLOUR))
                .containsExactly(10, 0, 0, 0, 0, -1, 11, 0, 0, 0, 0, 0, 12, 1, 2, 3, 4, 0);
        refuses(red, GREY, "the image has colours");
        refuses(red, TABLE, "no images but FLOAT32 of shape [2]");

        Path grey = image("grey.PNG", BufferedImage.TYPE_INT_RGB, 0, 0x010101, 0, 0, 0, 0x070707);
        assertThat(bytes(grey, GREY)).containsExactly(0, 1, 0, 0, 0, 7);
        assertThat(bytes(grey, COLOUR)).hasSize(18);
        Path high = image("high.png", BufferedImage.TYPE_INT_RGB, new int[9]);
        refuses(high, GREY, "the image is 3 x 3, and those of the stream are 2 x 3");
        refuses(write("no.png", "text"), GREY, "it is no PNG or JPEG image");
    }

    @Test
    void rowsOfNumbersAreFloats() throws IOException {
        ExampleFile file = new ExampleFile(write("a.csv", "x,y\n1,-2.5\n3e2,4\n"), TABLE);
        ByteBuffer read = file.read().order(ByteOrder.LITTLE_ENDIAN);

        assertThat(file.count(read)).isEqualTo(2);
        assertThat(List.of(read.getFloat(0), read.getFloat(4), read.getFloat(8), read.getFloat(12)))
                .containsExactly(1f, -2.5f, 300f, 4f);
        refuses(write("b.csv", "x,y,kind\n1,2,a\n"), TABLE, "it has 3 columns (x, y, kind)");
        refuses(write("f.csv", "x,y\n1,a\n"), TABLE, "line 2, column 'y': 'a' is no finite number");
        refuses(write("c.csv", "x\n1\n"), TABLE, "it has 1 columns (x)");
        refuses(write("d.csv", "x,y\n1,\n"), TABLE, "line 2, column 'y'");
        refuses(write("e.csv", "x,y\n1,2\n"), GREY, "examples of the stream are UINT8");
    }

    @Test
    void idxImagesRawBytesAndOtherKinds() throws IOException {
        byte[] idx = {
            0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 3, 1, 2, 3, 4, 5, 6, 7, 8, 9, 1, 2, 3
        };
        assertThat(bytes(write("some-images-idx3-ubyte", idx), GREY))
                .containsExactly(1, 2, 3, 4, 5, 6, 7, 8, 9, 1, 2, 3);
        assertThat(bytes(write("a.raw", new byte[12]), GREY)).hasSize(12);
        refuses(write("b.raw", new byte[13]), GREY, "13 bytes are no whole number of examples");
        refuses(write("c.raw", new byte[0]), GREY, "0 bytes");
        refuses(write("notes.txt", "hello"), GREY, "what kind of file is that?");
        refuses(folder.resolve("nowhere.raw"), GREY, "there is no file");
    }

    private Path npy(String name, String header, int values) throws IOException {
        byte[] text = header.getBytes(StandardCharsets.ISO_8859_1);
        ByteBuffer file =
                ByteBuffer.allocate(10 + text.length + values).order(ByteOrder.LITTLE_ENDIAN);
        file.put(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0});
        file.putShort((short) text.length).put(text);
        for (int i = 0; i < values; i++) {
            file.put((byte) i);
        }
        return write(name, file.array());
    }

    /** Headers as NumPy writes them. */
    @Test
    void arraysOfNumpy() throws IOException {
        String one = "{'descr': '|u1', 'fortran_order': False, 'shape': (1, 2, 3), }\n";
        assertThat(bytes(npy("a.npy", one, 6), GREY)).containsExactly(0, 1, 2, 3, 4, 5);
        assertThat(bytes(npy("b.npy", one.replace("(1,", "(2, 1,"), 12), GREY)).hasSize(12);
        refuses(npy("c.npy", one, 5), GREY, "header says 6 values, the file holds 5 bytes");
        refuses(npy("d.npy", one.replace("|u1", "<f8"), 6), GREY, "values are <f8");
        refuses(npy("e.npy", one.replace("False", "True"), 6), GREY, "Fortran order");
        refuses(npy("f.npy", one.replace("(1,", "(2,"), 12), GREY, "the array has shape [2, 2, 3]");
        refuses(npy("g.npy", "{}", 6), GREY, "its header is not understood");
        refuses(write("h.npy", "x"), GREY, "no array of NumPy");
    }
}
