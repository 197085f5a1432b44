package org.almaflow.learning.session;

import java.io.IOException;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.almaflow.learning.engine.Engine;
import org.almaflow.learning.engine.ExampleSet;
import org.almaflow.learning.engine.Examples;
import org.almaflow.learning.network.InputSpec;

/**
 * What a session trains and validates on, on the engine's device: whole, or as much as a bound
 * allows at a time. Owned by who opened it.
 *
 * <p>Under a bound that both exceed, the validation set is kept when it takes a quarter of the
 * bound at most, and the training set goes through the rest; otherwise both go through the bound,
 * and only one has a window on the device at a time. Sets that are kept are read first, one piece a
 * {@link #load}, until {@link #ready}.
 */
public final class TrainingSets implements AutoCloseable {
    private static final int KEPT_SHARE = 4;

    private final WindowedSet train;
    private final WindowedSet validation;
    private final Pieces pieces;
    private final boolean keepTrain;
    private final boolean keepValidation;
    private int read;

    /** Sets that are on the device already. */
    public TrainingSets(ExampleSet train, ExampleSet validation) {
        this.train = WindowedSet.of(train);
        this.validation = WindowedSet.of(validation);
        this.pieces = null;
        this.keepTrain = false;
        this.keepValidation = false;
    }

    /**
     * Sets that are still to be read.
     *
     * @param bound bytes that they may take on the device at a time
     */
    public TrainingSets(Engine engine, InputSpec input, int classes, Pieces pieces, long bound) {
        int[] trainSizes = IntStream.range(0, pieces.count()).map(pieces::train).toArray();
        int[] heldSizes = IntStream.range(0, pieces.count()).map(pieces::validation).toArray();
        long most = Math.max(1, bound / engine.bytesPerExample(input));
        long held = IntStream.of(heldSizes).asLongStream().sum();
        long all = held + IntStream.of(trainSizes).asLongStream().sum();
        this.pieces = pieces;
        this.keepTrain = all <= most;
        this.keepValidation = keepTrain || held <= most / KEPT_SHARE;
        this.train =
                new WindowedSet(
                        trainSizes,
                        keepValidation ? most - held : most,
                        capacity -> {
                            releaseUnlessKept(TrainingSets::validation);
                            return engine.reserve(input, classes, capacity);
                        },
                        pieces,
                        Split::train);
        this.validation =
                new WindowedSet(
                        heldSizes,
                        most,
                        capacity -> {
                            releaseUnlessKept(TrainingSets::train);
                            return engine.reserve(input, classes, capacity);
                        },
                        pieces,
                        Split::validation);
        this.read = keepValidation ? 0 : pieces.count();
    }

    /** Where neither is kept, a window of one takes the place of the other's. */
    private void releaseUnlessKept(Function<TrainingSets, WindowedSet> other) {
        if (!keepValidation) {
            other.apply(this).close();
        }
    }

    /** Uploads the parts of all chunks, in their order. */
    public static TrainingSets upload(Engine engine, List<Split> chunks) {
        return new TrainingSets(
                engine.upload(Examples.concat(chunks.stream().map(Split::train).toList())),
                engine.upload(Examples.concat(chunks.stream().map(Split::validation).toList())));
    }

    /** Whether both are kept whole. */
    public boolean whole() {
        return keepTrain;
    }

    /** Whether what is kept has been read. */
    public boolean ready() {
        return pieces == null || read == pieces.count();
    }

    /** Reads the next piece of what is kept. */
    public void load() throws IOException {
        Split split = pieces.read(read);
        if (keepTrain) {
            train.add(split);
        }
        validation.add(split);
        read++;
    }

    /** The training set. */
    public WindowedSet train() {
        return train;
    }

    /** The validation set. */
    public WindowedSet validation() {
        return validation;
    }

    /** Bytes that both have on the device now. */
    public long bytes() {
        return train.bytes() + validation.bytes();
    }

    @Override
    public void close() {
        train.close();
        validation.close();
    }
}
