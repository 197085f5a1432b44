package org.almaflow.producer.dataset;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import java.util.function.IntBinaryOperator;
import java.util.zip.GZIPOutputStream;
import javax.imageio.ImageIO;

/** Makes files as data sets have them, small. */
final class TestingFiles {
    private TestingFiles() {}

    static byte[] random(int size, long seed) {
        byte[] bytes = new byte[size];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    static DatasetFile file(String name, byte[] content) {
        return new DatasetFile(name, content.length, Sha256.of(content));
    }

    static byte[] gzip(byte[] content) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream gzip = new GZIPOutputStream(bytes)) {
            gzip.write(content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /** A .tar.gz with each file under package/. */
    static byte[] tarGz(Map<String, byte[]> files) {
        ByteArrayOutputStream tar = new ByteArrayOutputStream();
        files.forEach(
                (name, content) -> {
                    ByteBuffer header = ByteBuffer.allocate(512);
                    header.put(("package/" + name).getBytes(StandardCharsets.UTF_8));
                    header.position(124);
                    header.put("%011o".formatted(content.length).getBytes(StandardCharsets.UTF_8));
                    header.put(156, (byte) '0');
                    tar.writeBytes(header.array());
                    tar.writeBytes(content);
                    tar.writeBytes(new byte[(512 - content.length % 512) % 512]);
                });
        tar.writeBytes(new byte[1024]);
        return gzip(tar.toByteArray());
    }

    static byte[] idxImages(int examples, int height, int width, byte[] pixels) {
        ByteBuffer file = ByteBuffer.allocate(16 + pixels.length);
        file.putInt(0x803).putInt(examples).putInt(height).putInt(width).put(pixels);
        return file.array();
    }

    static byte[] idxLabels(int... labels) {
        ByteBuffer file = ByteBuffer.allocate(8 + labels.length);
        file.putInt(0x801).putInt(labels.length);
        for (int label : labels) {
            file.put((byte) label);
        }
        return file.array();
    }

    /**
     * @param type of {@link BufferedImage}
     * @param colour 0xRRGGBB of pixel (x, y)
     */
    static BufferedImage image(int width, int height, int type, IntBinaryOperator colour) {
        BufferedImage image = new BufferedImage(width, height, type);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                image.setRGB(x, y, 0xFF000000 | colour.applyAsInt(x, y));
            }
        }
        return image;
    }

    /** Writes a grey PNG in which every sample is {@code value}. */
    static Path grey(Path file, int width, int height, int value) throws IOException {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_BYTE_GRAY);
        for (int i = 0; i < width * height; i++) {
            image.getRaster().setSample(i % width, i / width, 0, value);
        }
        return write(file, image, "png");
    }

    static Path write(Path file, BufferedImage image, String format) throws IOException {
        Files.createDirectories(file.getParent());
        if (!ImageIO.write(image, format, file.toFile())) {
            throw new IOException("no writer for " + format);
        }
        return file;
    }
}
