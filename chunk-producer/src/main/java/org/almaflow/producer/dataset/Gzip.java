package org.almaflow.producer.dataset;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/** Reads .gz files; damage is an error that names the file. */
final class Gzip {
    private static final int BUFFER = 1 << 16;

    private Gzip() {}

    static InputStream open(Path packed) throws IOException {
        InputStream file = Files.newInputStream(packed);
        try {
            return new GZIPInputStream(file, BUFFER);
        } catch (ZipException | EOFException e) {
            file.close();
            throw broken(packed, e);
        }
    }

    static void unpack(Path packed, Path target) throws IOException {
        try (InputStream in = open(packed)) {
            Files.copy(in, target);
        } catch (ZipException | EOFException e) {
            throw broken(packed, e);
        }
    }

    static IOException broken(Path packed, IOException e) {
        return new IOException(
                "%s is cut or no gzip file (%s)".formatted(packed.getFileName(), e.getMessage()),
                e);
    }
}
