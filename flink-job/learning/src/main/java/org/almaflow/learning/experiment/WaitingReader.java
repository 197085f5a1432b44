package org.almaflow.learning.experiment;

import org.almaflow.learning.waiting.EveryChunks;
import org.almaflow.learning.waiting.WaitingPolicy;

/** Reads a {@code wait} section: one key, the policy. */
final class WaitingReader {
    private WaitingReader() {}

    static WaitingPolicy read(Section wait) {
        wait.only("chunks");
        wait.onlyKey();
        return new EveryChunks(wait.wholeNumber("chunks", 1, Integer.MAX_VALUE));
    }
}
