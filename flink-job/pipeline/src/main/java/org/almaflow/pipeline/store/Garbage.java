package org.almaflow.pipeline.store;

import java.io.IOException;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.fs.Path;

/**
 * Finds and removes the files below a storage root that nobody needs any more. Needed is
 *
 * <ul>
 *   <li>a chunk or model file whose sum a committed event, a checkpoint or savepoint, or the log of
 *       a run that can go on names;
 *   <li>a staged slice or other file of a run that can go on: one with a checkpoint or savepoint
 *       below its folder, or with a lease younger than the age;
 *   <li>what is younger than the age: jobs write first and name afterwards, and a file that is used
 *       again becomes young ({@link StoreFiles#publish});
 *   <li>whatever is of no kind that the stores write.
 * </ul>
 */
public final class Garbage {
    private static final Pattern CONTENT =
            Pattern.compile(".+-([0-9a-f]{16}|[0-9a-f]{64})(\\.chunk|\\.safetensors|)");
    private static final Pattern TEMPORARY = Pattern.compile("\\.[0-9a-f-]{36}\\.tmp");
    private static final String UNNAMED = "no committed event and no checkpoint names it";
    private static final String UNFINISHED = "a write that never ended";
    private static final String ENDED = "its run has no checkpoint to go on from";

    private final Path root;
    private final Duration age;
    private final List<URI> savepoints;
    private final Clock clock;

    /**
     * @param age files that were written or used later stay
     * @param savepoints folders of checkpoints and savepoints that are not below the root
     */
    public Garbage(URI root, Duration age, List<URI> savepoints, Clock clock) {
        this.root = new Path(root);
        this.age = age;
        this.savepoints = List.copyOf(savepoints);
        this.clock = clock;
    }

    /**
     * A file that can go.
     *
     * @param place its path below the root
     */
    public record Finding(String place, long bytes, String reason, URI path, long modified) {}

    /**
     * What a search found.
     *
     * @param kept number of files that stay
     * @param allBytes bytes of all files, those that stay and those that can go
     */
    public record Findings(List<Finding> abandoned, long kept, long allBytes) {
        /** Bytes of all that can go. */
        public long bytes() {
            return abandoned.stream().mapToLong(Finding::bytes).sum();
        }
    }

    /** Gives every committed event to a reader, as bytes. */
    @FunctionalInterface
    public interface Events {
        void forEach(Consumer<byte[]> reader) throws IOException;
    }

    /**
     * Searches; removes nothing. The files are listed before it is asked what is needed, so that
     * what a job names meanwhile is not missed.
     */
    public Findings search(Events events) throws IOException {
        List<StoredFile> all = new ArrayList<>();
        for (String kind : List.of("chunks", "models", "runs")) {
            all.addAll(StoredFile.below(new Path(root, kind), kind));
        }
        long youngest = clock.millis() - age.toMillis();
        Set<String> alive = alive(all, youngest);
        FileNames names = names(alive);
        events.forEach(bytes -> names.add(bytes, bytes.length));
        List<Finding> abandoned = new ArrayList<>();
        for (StoredFile file : all) {
            String reason = file.modified() > youngest ? null : reason(file, alive, names);
            if (reason != null) {
                abandoned.add(
                        new Finding(
                                file.place(),
                                file.bytes(),
                                reason,
                                file.path().toUri(),
                                file.modified()));
            }
        }
        return new Findings(
                abandoned,
                all.size() - abandoned.size(),
                all.stream().mapToLong(StoredFile::bytes).sum());
    }

    /** Runs that can go on. */
    private static Set<String> alive(List<StoredFile> files, long youngest) {
        Set<String> alive = new TreeSet<>();
        for (StoredFile file : files) {
            String[] place = file.place().split("/", 4);
            boolean state =
                    place.length == 4 && Set.of("checkpoints", "savepoints").contains(place[2]);
            boolean lease =
                    place.length == 3 && place[2].equals("lease") && file.modified() > youngest;
            if (place[0].equals("runs") && (state || lease)) {
                alive.add(place[1]);
            }
        }
        return alive;
    }

    private FileNames names(Set<String> alive) throws IOException {
        FileNames names = new FileNames();
        RunFiles runs = new RunFiles(names);
        for (String run : alive) {
            runs.read(new Path(root, "runs/" + run));
        }
        for (URI savepoint : savepoints) {
            runs.read(new Path(savepoint));
        }
        return names;
    }

    /** Why a file can go; null when it must stay. */
    private String reason(StoredFile file, Set<String> alive, FileNames names) {
        if (TEMPORARY.matcher(file.name()).matches()) {
            return UNFINISHED;
        }
        String[] place = file.place().split("/", 4);
        if (place[0].equals("runs")) {
            boolean data = place.length == 4 && Set.of("staging", "arrivals").contains(place[2]);
            // A savepoint elsewhere may need staged slices, and does not name them.
            return data && !alive.contains(place[1]) && savepoints.isEmpty() ? ENDED : null;
        }
        Matcher content = CONTENT.matcher(file.name());
        return content.matches() && !names.contains(content.group(1)) ? UNNAMED : null;
    }

    /**
     * Removes what a search found, but for files that were used since.
     *
     * @return what is gone now
     */
    public static List<Finding> remove(List<Finding> abandoned) throws IOException {
        List<Finding> gone = new ArrayList<>();
        for (Finding finding : abandoned) {
            Path path = new Path(finding.path());
            FileSystem files = path.getFileSystem();
            boolean unused =
                    files.exists(path)
                            && files.getFileStatus(path).getModificationTime()
                                    == finding.modified();
            if (unused && files.delete(path, false)) {
                gone.add(finding);
            }
        }
        return gone;
    }
}
