package org.almaflow.producer.dataset;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.zip.ZipException;

/**
 * Takes named files out of a .tar.gz. Only regular entries whose last path component is asked for
 * are written, under that component alone, so no archive can write anywhere else.
 */
final class TarGz {
    private static final int BLOCK = 512;
    private static final int NAME_LENGTH = 100;
    private static final int SIZE_AT = 124;
    private static final int SIZE_LENGTH = 12;
    private static final int TYPE_AT = 156;

    private TarGz() {}

    /** Writes the entries called {@code names} into a folder and returns those it found. */
    static List<String> unpack(Path archive, Set<String> names, Path into) throws IOException {
        List<String> found = new ArrayList<>();
        try (InputStream in = Gzip.open(archive)) {
            byte[] header = in.readNBytes(BLOCK);
            while (header.length == BLOCK && header[0] != 0) {
                long size = size(header);
                String name = name(header);
                if (isFile(header) && names.contains(name)) {
                    copy(in, size, into.resolve(name));
                    found.add(name);
                } else {
                    in.skipNBytes(size);
                }
                in.skipNBytes((BLOCK - size % BLOCK) % BLOCK);
                header = in.readNBytes(BLOCK);
            }
        } catch (ZipException | EOFException e) {
            throw Gzip.broken(archive, e);
        }
        return found;
    }

    private static boolean isFile(byte[] header) {
        return header[TYPE_AT] == '0' || header[TYPE_AT] == 0;
    }

    private static String name(byte[] header) {
        int end = 0;
        while (end < NAME_LENGTH && header[end] != 0) {
            end++;
        }
        String path = new String(header, 0, end, StandardCharsets.UTF_8);
        return path.substring(path.lastIndexOf('/') + 1);
    }

    private static long size(byte[] header) throws IOException {
        String octal =
                new String(header, SIZE_AT, SIZE_LENGTH, StandardCharsets.US_ASCII)
                        .replace('\0', ' ')
                        .strip();
        try {
            return Long.parseUnsignedLong(octal, 8);
        } catch (NumberFormatException e) {
            throw new ZipException("no tar header where one must be");
        }
    }

    private static void copy(InputStream in, long size, Path target) throws IOException {
        byte[] buffer = new byte[1 << 16];
        try (OutputStream out = Files.newOutputStream(target)) {
            for (long left = size; left > 0; ) {
                int n = in.read(buffer, 0, (int) Math.min(buffer.length, left));
                if (n < 0) {
                    throw new EOFException("ends in " + target.getFileName());
                }
                out.write(buffer, 0, n);
                left -= n;
            }
        }
    }
}
