package org.almaflow.pipeline.store;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.UUID;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.fs.Path;

/** Files of a store on Flink's FileSystem API. */
final class StoreFiles {
    private StoreFiles() {}

    /** Writes the content of a file. */
    @FunctionalInterface
    interface Content {
        void writeTo(OutputStream out) throws IOException;
    }

    /** A name that came from outside as one safe path element: others than plain are ~HEX. */
    static String element(String name) {
        StringBuilder element = new StringBuilder();
        for (byte b : name.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (b & 0xFF);
            boolean plain = c < 128 && (Character.isLetterOrDigit(c) || c == '-' || c == '_');
            boolean dot = c == '.' && !element.isEmpty();
            element.append(plain || dot ? String.valueOf(c) : "~%02x".formatted((int) c));
        }
        return element.toString();
    }

    /** Writes {@code content} under a name in {@code folder} that nobody else uses. */
    static Path writeTemporary(Path folder, Content content) throws IOException {
        FileSystem files = folder.getFileSystem();
        files.mkdirs(folder);
        Path temporary = new Path(folder, "." + UUID.randomUUID() + ".tmp");
        try (OutputStream out = files.create(temporary, FileSystem.WriteMode.NO_OVERWRITE)) {
            content.writeTo(out);
        } catch (IOException e) {
            files.delete(temporary, false);
            throw e;
        }
        return temporary;
    }

    /**
     * Gives a temporary file its name. What is there already has the same content and is replaced,
     * so that it is as young as its last use ({@link Garbage}); where a file system replaces
     * nothing, it stays.
     */
    static void publish(Path temporary, Path target) throws IOException {
        FileSystem files = target.getFileSystem();
        long length = files.getFileStatus(temporary).getLen();
        if (renamed(temporary, target)) {
            return;
        }
        files.delete(temporary, false);
        if (!isThere(target, length)) {
            throw new IOException("cannot rename %s to %s".formatted(temporary, target));
        }
    }

    private static boolean renamed(Path temporary, Path target) throws IOException {
        try {
            return target.getFileSystem().rename(temporary, target);
        } catch (FileAlreadyExistsException e) {
            return false;
        }
    }

    /** Gives a temporary file its name in the place of what is there. */
    static void replace(Path temporary, Path target) throws IOException {
        FileSystem files = target.getFileSystem();
        if (!files.rename(temporary, target)) {
            files.delete(target, false);
            if (!files.rename(temporary, target)) {
                throw new IOException("cannot rename %s to %s".formatted(temporary, target));
            }
        }
    }

    /** Stores {@code bytes}. */
    static void store(Path target, byte[] bytes) throws IOException {
        publish(writeTemporary(target.getParent(), out -> out.write(bytes)), target);
    }

    /** Whether a file of that length is there; files with a content hash need no other check. */
    static boolean isThere(Path path, long length) throws IOException {
        FileSystem files = path.getFileSystem();
        return files.exists(path) && files.getFileStatus(path).getLen() == length;
    }

    static byte[] read(Path path) throws IOException {
        try (var in = path.getFileSystem().open(path)) {
            return in.readAllBytes();
        }
    }

    /**
     * Content of a file with a known hash.
     *
     * @param what kind of file, for errors
     * @param path as a URI
     * @param remedy for a file that is gone or another one
     */
    static byte[] readVerified(String what, String path, String sha256, String remedy)
            throws IOException {
        byte[] file;
        try {
            file = Abandonable.call(() -> read(new Path(URI.create(path))));
        } catch (FileNotFoundException e) {
            throw new IOException("%s %s is gone; %s".formatted(what, path, remedy), e);
        }
        String found = hex(sha256().digest(file));
        if (!found.equals(sha256)) {
            throw new IOException(
                    "%s %s has SHA-256 %s and should have %s; %s"
                            .formatted(what, path, found, sha256, remedy));
        }
        return file;
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    static String hex(byte[] digest) {
        return HexFormat.of().formatHex(digest);
    }
}
