package org.almaflow.producer;

import java.util.ArrayList;
import java.util.List;
import org.almaflow.schemas.ChunkSlice;

/** Keeps what it is sent; stored means that {@link #awaitStored()} was called since. */
final class TestingSender implements SliceSender {

    final List<ChunkSlice> sent = new ArrayList<>();
    final List<ChunkSlice> stored = new ArrayList<>();
    Runnable onSend = () -> {};
    Runnable onStore = () -> {};

    @Override
    public int send(ChunkSlice slice) {
        onSend.run();
        sent.add(slice);
        return 100;
    }

    @Override
    public void awaitStored() {
        onStore.run();
        stored.addAll(sent.subList(stored.size(), sent.size()));
    }

    @Override
    public void close() {}
}
