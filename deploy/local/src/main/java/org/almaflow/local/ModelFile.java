package org.almaflow.local;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.almaflow.learning.network.Safetensors;

/** Reads model files and writes what they are exported to. */
final class ModelFile {
    private ModelFile() {}

    /** Writes a file's content; returns a remark on it. */
    interface Content {
        String write(OutputStream file) throws IOException;
    }

    /**
     * Reads a model file.
     *
     * @throws UsageException when it is not there or is none
     */
    static Safetensors.Model read(Path file) {
        try {
            return Safetensors.read(Files.readAllBytes(file));
        } catch (NoSuchFileException e) {
            throw new UsageException(
                    "model file %s does not exist; look in the folder models of a run's storage"
                            .formatted(file),
                    e);
        } catch (IOException e) {
            String why = Files.isDirectory(file) ? "it is a folder" : "permission denied?";
            throw new UsageException("cannot read model file %s (%s)".formatted(file, why), e);
        } catch (IllegalArgumentException e) {
            throw new UsageException(
                    "%s is no model file of this program: %s".formatted(file, e.getMessage()), e);
        }
    }

    /**
     * Writes a file that appears when it is whole, replacing one that is there.
     *
     * @return the content's remark
     * @throws FailureException when it cannot be written
     */
    static String write(Path file, Content content) {
        Path target = file.toAbsolutePath();
        if (Files.isDirectory(target)) {
            throw new UsageException("--out: %s is a folder; give a file in it".formatted(file));
        }
        Path half = target.resolveSibling("." + target.getFileName() + ".tmp");
        try {
            String remark = writeNew(half, content);
            Files.move(half, target, StandardCopyOption.REPLACE_EXISTING);
            return remark;
        } catch (IOException e) {
            throw new FailureException("cannot write %s (%s)".formatted(file, why(target, e)), e);
        }
    }

    /** {@code ensemble.safetensors} is {@code ensemble-member-1.safetensors} for its second one. */
    static Path ofMember(Path file, int member) {
        String name = file.getFileName().toString();
        int end = name.lastIndexOf('.') > 0 ? name.lastIndexOf('.') : name.length();
        return file.resolveSibling(
                "%s-member-%d%s".formatted(name.substring(0, end), member, name.substring(end)));
    }

    private static String writeNew(Path half, Content content) throws IOException {
        try (OutputStream stream = new BufferedOutputStream(Files.newOutputStream(half))) {
            return content.write(stream);
        } catch (IOException | RuntimeException e) {
            Files.deleteIfExists(half);
            throw e;
        }
    }

    private static String why(Path target, IOException e) {
        if (!Files.isDirectory(target.getParent())) {
            return "there is no folder " + target.getParent();
        }
        if (e instanceof FileSystemException refused) {
            return refused.getReason() == null ? "permission denied?" : refused.getReason();
        }
        return ErrorLine.sentence(e);
    }
}
