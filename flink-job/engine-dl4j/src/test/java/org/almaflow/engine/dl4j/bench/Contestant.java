package org.almaflow.engine.dl4j.bench;

/** One side of a benchmark's comparison. */
interface Contestant {
    /** Column title. */
    String name();

    /** Trains for about that many mini-batches and returns the number of examples trained on. */
    long train(int batches);
}
