package org.almaflow.pipeline.store;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.fs.Path;

/**
 * Says which job works on a run: {@code ROOT/runs/RUN/lease} holds the job's id and a text that is
 * new at every sign of life. Two jobs of one run would write the same transactions, so the second
 * one is refused. Needs no common clock: a lease that does not change for {@link #WINDOW} is
 * nobody's.
 */
public final class RunLease {
    /** How often the job that has the lease renews it. */
    public static final Duration RENEWAL = Duration.ofSeconds(2);

    /** How long one waits for a sign of life. */
    private static final Duration WINDOW = Duration.ofSeconds(7);

    /**
     * How long a job is watched that gives signs of life: one that has lost its JobManager does so
     * until its TaskManagers notice.
     */
    private static final Duration GRACE = Duration.ofSeconds(10);

    private static final Duration LOOK = Duration.ofMillis(100);

    private final Path file;

    public RunLease(URI root, String run) {
        file = new Path(new Path(root), "runs/%s/lease".formatted(run));
    }

    /** What to tell whoever would start job {@code job}'s run again. */
    public static String taken(String run, String job) {
        return ("run '%s' is being worked on by job %s; cancel that job first, or give --run"
                        + " another id")
                .formatted(run, job);
    }

    /**
     * The job that is seen to work on the run. When there is a lease, this watches it for a while.
     */
    public Optional<String> holder() throws IOException {
        Optional<Lease> known = read();
        long begun = System.nanoTime();
        long heard = begun;
        while (known.isPresent() && System.nanoTime() - heard < WINDOW.toNanos()) {
            pause();
            Optional<Lease> now = read();
            if (!now.equals(known)) {
                known = now;
                heard = System.nanoTime();
                if (heard - begun >= GRACE.toNanos()) {
                    break;
                }
            }
        }
        boolean alive = known.isPresent() && System.nanoTime() - heard < WINDOW.toNanos();
        return alive ? known.map(Lease::job) : Optional.empty();
    }

    /** As {@link #holder()}, but never {@code job} itself, for which it does not wait. */
    public Optional<String> holderOtherThan(String job) throws IOException {
        return read().filter(lease -> !lease.job().equals(job)).isPresent()
                ? holder().filter(holder -> !holder.equals(job))
                : Optional.empty();
    }

    /** The job whose lease it is now, alive or not. */
    public Optional<String> owner() throws IOException {
        return read().map(Lease::job);
    }

    /** Takes the lease for {@code job}, or gives a sign of life. */
    public void renew(String job) throws IOException {
        byte[] text = (job + " " + UUID.randomUUID()).getBytes(StandardCharsets.UTF_8);
        Path temporary = StoreFiles.writeTemporary(file.getParent(), out -> out.write(text));
        StoreFiles.replace(temporary, file);
    }

    /** Gives the lease up, when it is {@code job}'s. */
    public void release(String job) throws IOException {
        if (owner().filter(job::equals).isPresent()) {
            file.getFileSystem().delete(file, false);
        }
    }

    private record Lease(String job, String sign) {}

    private Optional<Lease> read() throws IOException {
        FileSystem files = file.getFileSystem();
        if (!files.exists(file)) {
            return Optional.empty();
        }
        try {
            String[] text = new String(StoreFiles.read(file), StandardCharsets.UTF_8).split(" ", 2);
            return Optional.of(new Lease(text[0], text.length == 1 ? "" : text[1]));
        } catch (FileNotFoundException e) {
            return Optional.empty();
        }
    }

    private static void pause() throws IOException {
        try {
            Thread.sleep(LOOK.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for a sign of life", e);
        }
    }
}
