package org.almaflow.producer.dataset;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.concurrent.atomic.AtomicReference;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;

/** Reads PNG and JPEG files with the JDK's decoders. */
final class ImageFile {
    /** A file of some bytes can claim any size, and decoding begins with memory for all of it. */
    private static final long MOST_PIXELS = 4096L * 4096;

    private ImageFile() {}

    /**
     * Decodes an image whole.
     *
     * @throws IOException when it is no image, damaged or cut; the message is the reason alone
     */
    static BufferedImage decode(Path file) throws IOException {
        try (ImageInputStream in = ImageIO.createImageInputStream(file.toFile())) {
            if (in == null) {
                throw new IOException("it cannot be opened");
            }
            Iterator<ImageReader> readers = ImageIO.getImageReaders(in);
            if (!readers.hasNext()) {
                throw new IOException("it is no PNG or JPEG image");
            }
            return decode(readers.next(), in);
        }
    }

    private static BufferedImage decode(ImageReader reader, ImageInputStream in)
            throws IOException {
        AtomicReference<String> damage = new AtomicReference<>();
        try {
            reader.setInput(in, true, true);
            requireSize(undamaged(() -> reader.getWidth(0)), undamaged(() -> reader.getHeight(0)));
            reader.addIIOReadWarningListener((source, warning) -> damage.set(warning));
            BufferedImage image = undamaged(() -> reader.read(0));
            if (damage.get() != null && isDamage(damage.get())) {
                throw new IOException("it is damaged: " + damage.get());
            }
            return image;
        } finally {
            reader.dispose();
        }
    }

    private interface Part<T> {
        T get() throws IOException;
    }

    /** What the decoder throws is a fault of the file, whatever its kind. */
    private static <T> T undamaged(Part<T> part) throws IOException {
        try {
            return part.get();
        } catch (IOException e) {
            throw new IOException("it is damaged: " + e.getMessage(), e);
        } catch (RuntimeException e) {
            throw new IOException("it is damaged: " + e, e);
        }
    }

    private static void requireSize(int width, int height) throws IOException {
        if ((long) width * height > MOST_PIXELS) {
            throw new IOException(
                    "it is %d x %d pixels, more than %,d in all"
                            .formatted(width, height, MOST_PIXELS));
        }
    }

    /** The JPEG decoder fills what is missing with grey and only warns. */
    private static boolean isDamage(String warning) {
        return warning.contains("Premature end") || warning.contains("Corrupt");
    }
}
