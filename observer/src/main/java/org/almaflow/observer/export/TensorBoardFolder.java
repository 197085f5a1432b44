package org.almaflow.observer.export;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.almaflow.observer.OutputException;

/** A log folder of TensorBoard: RUN/LEARNER with one event file, so that learners are its runs. */
final class TensorBoardFolder {
    private final Path root;

    TensorBoardFolder(Path root) {
        this.root = root.toAbsolutePath().normalize();
    }

    String add(TrackedRun run) {
        try {
            for (TrackedRun.Learner learner : run.learners()) {
                write(learner, root.resolve(name(run.id())).resolve(name(learner.id())));
            }
            return "%d event files; open them with 'tensorboard --logdir %s'"
                    .formatted(run.learners().size(), root);
        } catch (IOException e) {
            throw new OutputException(
                    "cannot write to %s (%s); choose another folder with --out"
                            .formatted(root, e.getMessage()),
                    e);
        }
    }

    /** An id as the name of one folder. */
    private static String name(String id) {
        return id.replaceAll("[^A-Za-z0-9._-]", "_").replaceFirst("^\\.", "_");
    }

    /** The file's name is the same each time, so it replaces itself. */
    private static void write(TrackedRun.Learner learner, Path folder) throws IOException {
        Files.createDirectories(folder);
        long second = learner.begin().getEpochSecond();
        Path file = folder.resolve("events.out.tfevents.%010d.almaflow".formatted(second));
        Path half = folder.resolve(".half");
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(half))) {
            EventFile events = new EventFile(out, learner.begin());
            for (TrackedRun.Point point : learner.points()) {
                events.add(point);
            }
        }
        Files.move(half, file, StandardCopyOption.REPLACE_EXISTING);
    }
}
