package org.almaflow.learning.bench;

import java.nio.ByteBuffer;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.almaflow.learning.engine.Engine;
import org.almaflow.learning.engine.ExampleSet;
import org.almaflow.learning.engine.Examples;
import org.almaflow.learning.engine.Network;

/** Our side of a row: the same as peer.py does, through the engine's interface. */
final class PeerSession implements AutoCloseable {
    private final Engine engine;
    private final PeerRow row;
    private final Examples examples;
    private final Network network;
    private final SplittableRandom random = new SplittableRandom(2);

    PeerSession(Engine engine, PeerRow row) {
        this.engine = engine;
        this.row = row;
        byte[] pixels = new byte[row.examples() * row.spec().input().bytes()];
        SplittableRandom data = new SplittableRandom(3);
        data.nextBytes(pixels);
        int[] labels = data.ints(row.examples(), 0, row.spec().classes()).toArray();
        ByteBuffer features = ByteBuffer.wrap(pixels);
        this.examples = new Examples(row.spec().input(), row.spec().classes(), features, labels);
        this.network = engine.network(row.spec());
    }

    /** Seconds of that many sessions, without the return to the initial weights between them. */
    double seconds(int sessions) {
        long nanos = 0;
        for (int i = 0; i < sessions; i++) {
            network.load(row.start().get());
            long start = System.nanoTime();
            if (row.epochs() == 0) {
                evaluate();
            } else {
                train();
            }
            nanos += System.nanoTime() - start;
        }
        return nanos / 1e9;
    }

    private void train() {
        double loss = 0;
        try (ExampleSet set = engine.upload(examples)) {
            network.resetOptimizer(row.optimizer());
            for (int epoch = 0; epoch < row.epochs(); epoch++) {
                int[] order = shuffled(set.count());
                for (int at = 0; at < order.length; at += PeerRow.BATCH) {
                    int to = Math.min(order.length, at + PeerRow.BATCH);
                    loss += network.trainStep(set, order, at, to);
                }
            }
        }
        if (!Double.isFinite(loss)) {
            throw new IllegalStateException("training has diverged: loss " + loss);
        }
    }

    private int[] shuffled(int count) {
        int[] order = IntStream.range(0, count).toArray();
        for (int i = count - 1; i > 0; i--) {
            int j = random.nextInt(i + 1);
            int swapped = order[i];
            order[i] = order[j];
            order[j] = swapped;
        }
        return order;
    }

    private void evaluate() {
        int classes = row.spec().classes();
        float[] logits = new float[row.examples() * classes];
        int wrong = 0;
        try (ExampleSet set = engine.upload(examples)) {
            network.logits(set, 0, set.count(), logits);
            for (int i = 0; i < set.count(); i++) {
                wrong += argmax(logits, i * classes, classes) == examples.labels()[i] ? 0 : 1;
            }
        }
        if (wrong == 0) {
            throw new IllegalStateException("random labels cannot all be right");
        }
    }

    private static int argmax(float[] values, int from, int count) {
        int best = 0;
        for (int c = 1; c < count; c++) {
            best = values[from + c] > values[from + best] ? c : best;
        }
        return best;
    }

    @Override
    public void close() {
        network.close();
    }
}
