package org.almaflow.observer;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.util.List;
import java.util.Set;

/**
 * The files of a run in its output folder: {@code summary.json}, {@code evaluations.csv}, {@code
 * sessions.csv} and {@code decisions.csv}. Each file appears whole or not at all, and may be
 * written again.
 */
public final class RunFiles {
    public static final String SUMMARY = "summary.json";
    public static final String EVALUATIONS = "evaluations.csv";
    public static final String SESSIONS = "sessions.csv";
    public static final String DECISIONS = "decisions.csv";

    private static final Set<PosixFilePermission> ANY_WRITE =
            Set.of(
                    PosixFilePermission.OWNER_WRITE,
                    PosixFilePermission.GROUP_WRITE,
                    PosixFilePermission.OTHERS_WRITE);
    private static final ObjectMapper JSON =
            new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    private final Path folder;

    private RunFiles(Path folder) {
        this.folder = folder;
    }

    /**
     * Makes the folder where it is missing and proves that files can be written there.
     *
     * @throws OutputException when they cannot
     */
    public static RunFiles in(Path folder) {
        try {
            refuseReadOnly(existing(folder.toAbsolutePath().normalize()));
            Files.createDirectories(folder);
            Files.delete(Files.createTempFile(folder, ".alma-", ".probe"));
        } catch (IOException e) {
            throw unusable(folder, e);
        }
        return new RunFiles(folder);
    }

    /** The folder itself, or the one that it will be made in. */
    private static Path existing(Path folder) {
        Path at = folder;
        while (!Files.exists(at) && at.getParent() != null) {
            at = at.getParent();
        }
        return at;
    }

    /** The superuser could write there all the same; whoever took the permission away meant it. */
    private static void refuseReadOnly(Path folder) throws IOException {
        if (Files.getFileStore(folder).supportsFileAttributeView("posix")
                && Files.getPosixFilePermissions(folder).stream().noneMatch(ANY_WRITE::contains)) {
            throw new IOException("it is read-only");
        }
    }

    private static OutputException unusable(Path folder, IOException e) {
        return new OutputException(
                "cannot write to output folder %s (%s); choose another with --out"
                        .formatted(folder.toAbsolutePath().normalize(), reason(e)),
                e);
    }

    private static String reason(IOException e) {
        if (e instanceof AccessDeniedException) {
            return "permission denied";
        }
        if (e instanceof FileAlreadyExistsException exists) {
            return exists.getFile() + " is not a folder";
        }
        if (e instanceof NoSuchFileException) {
            return "no folder can be made there";
        }
        if (e instanceof FileSystemException failed && failed.getReason() != null) {
            return failed.getReason();
        }
        return String.valueOf(e.getMessage());
    }

    /** The output folder. */
    public Path folder() {
        return folder;
    }

    /** Whether the folder has the files of a run that is complete. */
    public boolean complete() {
        Path summary = folder.resolve(SUMMARY);
        try {
            return Files.exists(summary)
                    && JSON.readTree(summary.toFile()).path("complete").asBoolean();
        } catch (IOException e) {
            return false;
        }
    }

    /**
     * Writes the files anew.
     *
     * @return what was written
     * @throws OutputException when the folder cannot be written to any more
     */
    public List<Path> write(RunLedger ledger) {
        try {
            return List.of(
                    replace(SUMMARY, summary(ledger)),
                    replace(EVALUATIONS, RunCsv.evaluations(ledger)),
                    replace(SESSIONS, RunCsv.sessions(ledger)),
                    replace(DECISIONS, DecisionsCsv.of(ledger)));
        } catch (IOException e) {
            throw unusable(folder, e);
        }
    }

    /**
     * Writes one more file.
     *
     * @throws OutputException when the folder cannot be written to any more
     */
    public Path put(String name, byte[] content) {
        try {
            return replace(name, content);
        } catch (IOException e) {
            throw unusable(folder, e);
        }
    }

    private Path replace(String name, String text) throws IOException {
        return replace(name, text.getBytes(StandardCharsets.UTF_8));
    }

    private Path replace(String name, byte[] content) throws IOException {
        Path file = folder.resolve(name);
        Path half = folder.resolve("." + name + ".tmp");
        Files.write(half, content);
        return Files.move(
                half, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private static String summary(RunLedger ledger) throws IOException {
        ObjectNode root = JSON.createObjectNode();
        root.put("experiment", ledger.experiment());
        root.put("run", ledger.run());
        root.put("stream", ledger.stream());
        root.put("arrivals", ledger.arrivals());
        root.put("chunks", ledger.chunks());
        root.put("complete", ledger.complete());
        root.put("deadLetters", ledger.deadLetters().size());
        ArrayNode learners = root.putArray("learners");
        for (LearnerLedger learner : ledger.learners()) {
            learner.summary()
                    .ifPresent(
                            figures -> learners.add(JsonNumbers.finite(JSON.valueToTree(figures))));
        }
        return JSON.writeValueAsString(root) + "\n";
    }
}
