package org.almaflow.pipeline.store;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import org.almaflow.pipeline.flow.ChunkArrived;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.fs.Path;

/**
 * The arrivals of a run, for learners that begin later: {@code ROOT/runs/RUN/arrivals/STREAM/CHUNK}
 * in Avro single-object encoding. Written before the arrival is handed on, so that every arrival
 * that a checkpoint knows of is there; one that comes again after a failure replaces the file.
 */
public final class ArrivalLog {
    private final Path folder;

    public ArrivalLog(URI root, String run, String stream) {
        folder =
                new Path(
                        new Path(root),
                        "runs/%s/arrivals/%s".formatted(run, StoreFiles.element(stream)));
    }

    /** Records an arrival. */
    public void write(ChunkArrived arrival) throws IOException {
        ByteBuffer encoded = ChunkArrived.getEncoder().encode(arrival);
        Path file = file(arrival.getChunk());
        Abandonable.call(
                () -> {
                    FileSystem files = folder.getFileSystem();
                    files.mkdirs(folder);
                    try (var out = files.create(file, FileSystem.WriteMode.OVERWRITE)) {
                        out.write(encoded.array(), encoded.arrayOffset(), encoded.remaining());
                    }
                    return file;
                });
    }

    /**
     * The arrival of a chunk.
     *
     * @throws IOException when it is not recorded
     */
    public ChunkArrived read(long chunk) throws IOException {
        Path file = file(chunk);
        try {
            return ChunkArrived.getDecoder().decode(Abandonable.call(() -> StoreFiles.read(file)));
        } catch (FileNotFoundException e) {
            throw new IOException(
                    "a learner that begins needs arrival %d, and its record %s is gone; restore the file"
                            .formatted(chunk, file),
                    e);
        }
    }

    private Path file(long chunk) {
        return new Path(folder, "%06d".formatted(chunk));
    }
}
