package org.almaflow.pipeline;

import java.io.IOException;
import java.net.URI;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.apache.flink.core.fs.FSDataInputStream;
import org.apache.flink.core.fs.FSDataOutputStream;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.fs.FileSystemFactory;
import org.apache.flink.core.fs.Path;
import org.apache.flink.core.fs.local.LocalFileSystem;

/**
 * Files under {@code trial:/…} are local files that can be made to fail or to hang, as those of a
 * storage service. Static, because Flink makes file systems where it wants.
 */
public final class TestingFileSystemFactory implements FileSystemFactory {
    private static final URI ROOT = URI.create("trial:///");
    private static volatile Trouble trouble = new Trouble(path -> false, () -> false, 0);

    /** What happens to the files that match. */
    private static final class Trouble {
        private final Predicate<String> paths;
        private final BooleanSupplier when;
        private final AtomicInteger failures;
        private final CountDownLatch reached = new CountDownLatch(1);
        private final CountDownLatch release = new CountDownLatch(1);
        private volatile boolean hangs;

        Trouble(Predicate<String> paths, BooleanSupplier when, int failures) {
            this.paths = paths;
            this.when = when;
            this.failures = new AtomicInteger(failures);
        }

        void meet(Path path) throws IOException {
            if (!paths.test(path.getPath())) {
                return;
            }
            if (hangs) {
                reached.countDown();
                awaitRelease();
                throw new IOException("the storage service gave up");
            } else if (failures.get() > 0
                    && when.getAsBoolean()
                    && failures.getAndUpdate(n -> Math.max(0, n - 1)) > 0) {
                throw new IOException("the storage service is away");
            }
        }

        /** Does not answer to an interrupt, as some clients of storage services do not. */
        private void awaitRelease() {
            boolean interrupted = false;
            while (release.getCount() > 0) {
                try {
                    release.await();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Opening or creating a matching file fails once, when {@code when} holds. */
    static void failOnce(Predicate<String> paths, BooleanSupplier when) {
        trouble = new Trouble(paths, when, 1);
    }

    static int failuresLeft() {
        return trouble.failures.get();
    }

    /**
     * Opening or creating a matching file hangs until {@link #behave} and fails then; the latch
     * opens when one does.
     */
    static CountDownLatch hang(Predicate<String> paths) {
        Trouble hanging = new Trouble(paths, () -> false, 0);
        hanging.hangs = true;
        trouble = hanging;
        return hanging.reached;
    }

    /** Everything works again, and whoever hangs is let go. */
    static void behave() {
        Trouble before = trouble;
        trouble = new Trouble(path -> false, () -> false, 0);
        before.release.countDown();
    }

    /** The local folder {@code folder} under this scheme. */
    static URI uri(java.nio.file.Path folder) {
        return URI.create("trial:" + folder.toUri().getPath());
    }

    @Override
    public String getScheme() {
        return ROOT.getScheme();
    }

    @Override
    public FileSystem create(URI uri) {
        return new TrialFileSystem();
    }

    private static final class TrialFileSystem extends LocalFileSystem {
        @Override
        public URI getUri() {
            return ROOT;
        }

        @Override
        public FSDataInputStream open(Path path) throws IOException {
            trouble.meet(path);
            return super.open(path);
        }

        @Override
        public FSDataOutputStream create(Path path, WriteMode mode) throws IOException {
            trouble.meet(path);
            return super.create(path, mode);
        }
    }
}
