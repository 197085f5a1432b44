package org.almaflow.producer;

import org.almaflow.schemas.ChunkSlice;

/** Where slices go. Used by one thread. */
interface SliceSender extends AutoCloseable {

    /**
     * Hands one slice over; it may not be stored yet.
     *
     * @return bytes of the encoded slice
     */
    int send(ChunkSlice slice) throws InterruptedException;

    /**
     * Returns when everything sent so far is stored.
     *
     * @throws ProduceException when the broker refused any of it
     */
    void awaitStored() throws InterruptedException;

    @Override
    void close();
}
