package org.almaflow.learning.member;

import java.io.IOException;
import org.almaflow.learning.engine.Examples;

/** Reads chunk files. */
@FunctionalInterface
public interface ChunkReader {
    /**
     * All examples of a chunk, in file order.
     *
     * @throws IOException when the file cannot be read or is not what the reference says
     */
    Examples read(ChunkRef ref) throws IOException;
}
