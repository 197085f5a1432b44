package org.almaflow.learning.member;

import java.io.IOException;
import org.almaflow.learning.engine.Examples;

/** Keeps the examples read last: a chunk is often predicted and trained on one after the other. */
final class LastChunk implements ChunkReader {
    private final ChunkReader files;
    private ChunkRef last;
    private int begin;
    private int end;
    private Examples examples;

    LastChunk(ChunkReader files) {
        this.files = files;
    }

    @Override
    public Examples read(ChunkRef ref, int from, int to) throws IOException {
        if (!ref.equals(last) || from != begin || to != end) {
            examples = files.read(ref, from, to);
            last = ref;
            begin = from;
            end = to;
        }
        return examples;
    }
}
