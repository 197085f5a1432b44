package org.almaflow.learning.predict;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.almaflow.learning.engine.Engine;
import org.almaflow.learning.engine.ExampleSet;
import org.almaflow.learning.engine.Examples;
import org.almaflow.learning.engine.Network;
import org.almaflow.learning.export.Predictor;
import org.almaflow.learning.family.Averaging;
import org.almaflow.learning.network.InputSpec;
import org.almaflow.learning.network.Safetensors.Model;
import org.almaflow.learning.session.PredictionSum;

/**
 * A predictor on the device of an engine that it does not own; without optimisers. Used by the
 * engine's thread; its owner closes it.
 */
public final class LoadedPredictor implements AutoCloseable {
    /** An engine keeps something for each size of a mini-batch, so there are few sizes. */
    private static final int SMALLEST = 4;

    private static final int LARGEST = 256;

    private final Engine engine;
    private final InputSpec input;
    private final int classes;
    private final Averaging averaging;
    private final List<Network> networks = new ArrayList<>();

    /**
     * Loads every network.
     *
     * @throws IllegalArgumentException when the engine cannot run one; nothing is left behind then
     */
    public LoadedPredictor(Engine engine, Predictor predictor) {
        this.engine = engine;
        this.input = predictor.input();
        this.classes = predictor.classes();
        // The mean of one network's logits is those logits.
        this.averaging = predictor.models().size() == 1 ? Averaging.LOGITS : predictor.averaging();
        try {
            for (Model model : predictor.models()) {
                Network network = engine.network(model.network());
                networks.add(network);
                network.load(model.weights());
            }
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    /** What one example is. */
    public InputSpec input() {
        return input;
    }

    /** Number of classes. */
    public int classes() {
        return classes;
    }

    /**
     * Class probabilities of examples.
     *
     * @param features count × {@code input().bytes()} bytes, row-major, little-endian, from
     *     position 0 to the limit; not normalised
     * @return [count, classes], row-major; not finite where the features are not
     */
    public float[] probabilities(ByteBuffer features, int count) {
        int rows = padded(count);
        ByteBuffer padded = ByteBuffer.allocate(Math.multiplyExact(rows, input.bytes()));
        padded.put(features.duplicate()).rewind();
        Examples examples = new Examples(input, classes, padded, new int[rows]);
        try (ExampleSet set = engine.upload(examples)) {
            float[] logits = new float[Math.multiplyExact(rows, classes)];
            PredictionSum sum = null;
            for (Network network : networks) {
                network.logits(set, 0, rows, logits);
                PredictionSum own = PredictionSum.of(averaging, classes, logits);
                sum = sum == null ? own : sum.plus(own);
            }
            return Arrays.copyOf(sum.probabilities(), Math.multiplyExact(count, classes));
        }
    }

    /** The next power of two up to {@value #LARGEST}, then the next multiple of that. */
    private static int padded(int count) {
        if (count > LARGEST) {
            return (count + LARGEST - 1) / LARGEST * LARGEST;
        }
        return Math.max(SMALLEST, Integer.highestOneBit(Math.max(1, 2 * count - 1)));
    }

    @Override
    public void close() {
        networks.forEach(Network::close);
        networks.clear();
    }
}
