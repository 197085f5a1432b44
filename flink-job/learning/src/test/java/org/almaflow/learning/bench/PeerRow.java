package org.almaflow.learning.bench;

import java.util.function.Supplier;
import org.almaflow.learning.engine.OptimizerSpec;
import org.almaflow.learning.network.NetworkSpec;
import org.almaflow.learning.network.Tensors;

/**
 * A row of the comparison with PyTorch.
 *
 * @param model its name in peer.py
 * @param batch examples of a mini-batch
 * @param epochs of a session over {@code examples} examples; 0 for an evaluation of them
 * @param limit the largest ratio of times, ours to PyTorch's, that meets the requirement
 */
record PeerRow(
        String title,
        String model,
        NetworkSpec spec,
        Supplier<Tensors> start,
        OptimizerSpec optimizer,
        int examples,
        int batch,
        int epochs,
        double limit) {
    static final int BATCH = 128;

    /** What the peer is asked for. */
    String request(int sessions) {
        return epochs == 0
                ? "evaluate %s %d %d".formatted(model, examples, sessions)
                : "train %s %d %d %d %d".formatted(model, examples, epochs, sessions, batch);
    }

    /** Mini-batches of a session; an evaluation counts as one. */
    int steps() {
        return epochs == 0 ? 1 : epochs * ((examples + batch - 1) / batch);
    }
}
