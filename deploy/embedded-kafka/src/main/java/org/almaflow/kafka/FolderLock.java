package org.almaflow.kafka;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Makes one broker the only user of a folder, in this process and on this machine.
 *
 * <p>Kafka locks its folder too, but only after its controller has read, and possibly damaged, the
 * metadata log there. The system releases the lock when the process ends, however it ends.
 */
final class FolderLock implements AutoCloseable {

    private final FileChannel channel;

    private FolderLock(FileChannel channel) {
        this.channel = channel;
    }

    /**
     * @throws BrokerStartException when another broker holds the lock
     * @throws IOException when the folder cannot be written
     */
    static FolderLock take(Path dir) throws IOException {
        FileChannel channel =
                FileChannel.open(
                        dir.resolve(".almaflow.lock"),
                        StandardOpenOption.CREATE,
                        StandardOpenOption.WRITE);
        if (!locked(channel)) {
            channel.close();
            throw new BrokerStartException(
                    "folder "
                            + dir
                            + " is in use by another Kafka broker; end that one or choose another"
                            + " folder",
                    null);
        }
        return new FolderLock(channel);
    }

    private static boolean locked(FileChannel channel) throws IOException {
        try {
            FileLock lock = channel.tryLock();
            return lock != null;
        } catch (OverlappingFileLockException e) {
            return false;
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot release the lock of a folder", e);
        }
    }
}
