package org.almaflow.learning.member;

import java.io.IOException;
import org.almaflow.learning.engine.Examples;

/** Reads chunk files. */
@FunctionalInterface
public interface ChunkReader {
    /**
     * Examples [from, to) of a chunk, in file order. It holds little more than those at a time.
     *
     * @throws IOException when the file cannot be read or is not what the reference says
     */
    Examples read(ChunkRef ref, int from, int to) throws IOException;

    /** All examples of a chunk. */
    default Examples read(ChunkRef ref) throws IOException {
        return read(ref, 0, Math.toIntExact(ref.examples()));
    }
}
