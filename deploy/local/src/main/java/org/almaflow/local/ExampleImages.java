package org.almaflow.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.almaflow.observer.dashboard.ImageReading;
import org.almaflow.producer.dataset.DatasetException;
import org.almaflow.producer.dataset.ExampleFile;
import org.almaflow.schemas.FeatureSpec;

/** Reads images of a request as {@code alma predict} reads files, which the decoders want. */
final class ExampleImages implements ImageReading {
    @Override
    public ByteBuffer read(byte[] file, FeatureSpec spec, String name) {
        Path path = null;
        try {
            path = Files.createTempFile("alma-image", ".png");
            Files.write(path, file);
            return new ExampleFile(path, spec).read();
        } catch (DatasetException e) {
            throw new IllegalArgumentException(
                    e.getMessage().replace(String.valueOf(path), name), e);
        } catch (IOException e) {
            throw new UncheckedIOException("no room for an image in the temporary folder", e);
        } finally {
            remove(path);
        }
    }

    private static void remove(Path path) {
        try {
            if (path != null) {
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
