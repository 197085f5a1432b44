package org.almaflow.producer.dataset;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A folder of the user's, or of an installed package, that holds the files as such or as .gz.
 *
 * @param depth how far down to look; where a file is there twice the upper one counts
 */
record LocalFolderSource(Path folder, int depth) implements DatasetSource {
    /** Unpacked archives and libraries keep the files one or two folders down. */
    private static final int DEPTH = 3;

    LocalFolderSource(Path folder) {
        this(folder, DEPTH);
    }

    @Override
    public String describe() {
        return "folder " + folder;
    }

    @Override
    public void fetch(List<DatasetFile> wanted, Path into, DatasetProgress progress)
            throws IOException {
        if (!Files.isDirectory(folder)) {
            throw new IOException("no such folder");
        }
        for (DatasetFile file : wanted) {
            copy(file, into.resolve(file.name()));
            progress.bytes(file.name(), file.size(), file.size());
        }
    }

    private void copy(DatasetFile file, Path target) throws IOException {
        Optional<Path> plain = find(file.name());
        if (plain.isPresent()) {
            Files.copy(plain.get(), target);
            return;
        }
        Path packed =
                find(file.name() + ".gz")
                        .orElseThrow(
                                () ->
                                        new IOException(
                                                "neither %s nor %s.gz is there"
                                                        .formatted(file.name(), file.name())));
        Gzip.unpack(packed, target);
    }

    private Optional<Path> find(String name) throws IOException {
        try (Stream<Path> found =
                Files.find(
                        folder,
                        depth,
                        (path, attributes) ->
                                path.getFileName() != null
                                        && path.getFileName().toString().equals(name)
                                        && Files.isRegularFile(path))) {
            return found.min(Comparator.comparingInt(Path::getNameCount));
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }
}
