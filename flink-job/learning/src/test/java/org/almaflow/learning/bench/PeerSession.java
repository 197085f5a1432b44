package org.almaflow.learning.bench;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.almaflow.learning.engine.Engine;
import org.almaflow.learning.engine.ExampleSet;
import org.almaflow.learning.engine.Examples;
import org.almaflow.learning.engine.Network;
import org.almaflow.learning.network.InputSpec;

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
        SplittableRandom data = new SplittableRandom(3);
        ByteBuffer features = features(row, data);
        int[] labels = data.ints(row.examples(), 0, row.spec().classes()).toArray();
        this.examples = new Examples(row.spec().input(), row.spec().classes(), features, labels);
        this.network = engine.network(row.spec());
    }

    /** Random pixels, or tokens of the vocabulary. */
    private static ByteBuffer features(PeerRow row, SplittableRandom data) {
        InputSpec input = row.spec().input();
        byte[] bytes = new byte[row.examples() * input.bytes()];
        ByteBuffer features = ByteBuffer.wrap(bytes);
        if (input.tokens()) {
            features.order(ByteOrder.LITTLE_ENDIAN);
            data.ints((long) row.examples() * input.elements(), 0, row.spec().classes())
                    .forEach(features::putInt);
            return features.flip();
        }
        data.nextBytes(bytes);
        return features;
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
                for (int at = 0; at < order.length; at += row.batch()) {
                    int to = Math.min(order.length, at + row.batch());
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
