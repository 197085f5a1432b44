package org.almaflow.learning.member;

import java.io.IOException;
import org.almaflow.learning.engine.Examples;

/** Keeps the chunk read last, which is often predicted and trained on one after the other. */
final class LastChunk implements ChunkReader {
    private final ChunkReader files;
    private ChunkRef last;
    private Examples examples;

    LastChunk(ChunkReader files) {
        this.files = files;
    }

    @Override
    public Examples read(ChunkRef ref) throws IOException {
        if (!ref.equals(last)) {
            examples = files.read(ref);
            last = ref;
        }
        return examples;
    }
}
