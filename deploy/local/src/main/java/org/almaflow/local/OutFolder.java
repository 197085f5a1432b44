package org.almaflow.local;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.almaflow.observer.RunFiles;
import org.almaflow.producer.text.Vocabulary;

/**
 * The output folder of a demo while it runs, with a working folder in it. The system releases the
 * lock when the process dies, however it dies; {@link FolderRun} says what becomes of what the dead
 * one left.
 */
final class OutFolder implements AutoCloseable {
    private static final String LOCK = ".alma-lock";
    private static final String WORK = ".alma-work";
    private static final String VOCABULARY = "vocabulary.json";

    private final Path folder;
    private final RunFiles files;
    private final FileChannel channel;

    private OutFolder(Path folder, RunFiles files, FileChannel channel) {
        this.folder = folder;
        this.files = files;
        this.channel = channel;
    }

    /**
     * Makes the folder where it is missing, and takes it.
     *
     * @throws org.almaflow.observer.OutputException when it cannot be written to
     * @throws UsageException when another demo uses it
     */
    static OutFolder take(Path folder) {
        Path absolute = folder.toAbsolutePath().normalize();
        RunFiles files = RunFiles.in(absolute);
        FileChannel channel = lock(absolute);
        return new OutFolder(absolute, files, channel);
    }

    private static FileChannel lock(Path folder) {
        try {
            FileChannel channel =
                    FileChannel.open(
                            folder.resolve(LOCK),
                            StandardOpenOption.CREATE,
                            StandardOpenOption.WRITE);
            if (isTaken(channel)) {
                channel.close();
                throw new UsageException(
                        "another demo writes to %s now; choose another folder with --out"
                                .formatted(folder));
            }
            return channel;
        } catch (IOException e) {
            throw new FailureException("cannot lock output folder " + folder, e);
        }
    }

    private static boolean isTaken(FileChannel channel) throws IOException {
        try {
            FileLock lock = channel.tryLock();
            return lock == null;
        } catch (OverlappingFileLockException e) {
            return true;
        }
    }

    Path folder() {
        return folder;
    }

    RunFiles files() {
        return files;
    }

    /**
     * Lays the vocabulary of a stream of text beside its models, which cannot be read without it.
     */
    void keep(Optional<Vocabulary> vocabulary) {
        Path file = folder.resolve(VOCABULARY);
        remove(file); // of another run
        if (vocabulary.isPresent()) {
            try {
                Files.writeString(file, vocabulary.get().json());
            } catch (IOException e) {
                throw new FailureException("cannot write " + file, e);
            }
        }
    }

    /** For what is of no use once the run is complete; {@link FolderRun} owns it. */
    Path work() {
        return folder.resolve(WORK);
    }

    /** Removes a file or folder with all that is in it; nothing when there is none. */
    static void remove(Path path) {
        if (!Files.exists(path)) {
            return;
        }
        try (Stream<Path> all = Files.walk(path)) {
            List<Path> deepestFirst = all.sorted(Comparator.reverseOrder()).toList();
            for (Path one : deepestFirst) {
                Files.deleteIfExists(one);
            }
        } catch (IOException e) {
            throw new FailureException("cannot remove " + path + ": " + e.getMessage(), e);
        }
    }

    /** Gives the folder free. */
    @Override
    public void close() {
        try (channel) {
            Files.deleteIfExists(folder.resolve(LOCK));
        } catch (IOException e) {
            throw new FailureException("cannot give " + folder + " free: " + e.getMessage(), e);
        }
    }
}
