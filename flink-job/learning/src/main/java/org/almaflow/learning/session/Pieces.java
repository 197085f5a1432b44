package org.almaflow.learning.session;

import java.io.IOException;

/**
 * Where the examples of a session lie: in pieces, each of which is read at once. Reading the same
 * piece again gives the same examples.
 */
public interface Pieces {
    /** Number of pieces. */
    int count();

    /** Number of training examples in a piece. */
    int train(int piece);

    /** Number of validation examples in a piece. */
    int validation(int piece);

    /** The examples of a piece. */
    Split read(int piece) throws IOException;
}
