package org.almaflow.engine.torch;

import static org.bytedeco.pytorch.global.torch.ScalarType;

import org.almaflow.learning.engine.ExampleChecks;
import org.almaflow.learning.engine.Examples;
import org.almaflow.learning.engine.SharedExamples;
import org.almaflow.learning.network.InputSpec;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** Normalised examples [capacity, elements] and their labels [capacity], on the device. */
final class ResidentExamples implements SharedExamples.Sharable {
    /** Bytes that one copy to the device carries, about. */
    private static final int BLOCK = 1 << 18;

    private final Place place;
    private final InputSpec input;
    private final int classes;
    private final int[] labels;
    private final Arena arena;
    private final Tensor features;
    private final Tensor targets;
    private final Runnable afterwards;
    private int count;
    private boolean closed;

    private ResidentExamples(
            Place place,
            InputSpec input,
            int classes,
            int[] labels,
            Arena arena,
            Tensor features,
            Tensor targets,
            Runnable afterwards) {
        this.place = place;
        this.input = input;
        this.classes = classes;
        this.labels = labels;
        this.arena = arena;
        this.features = features;
        this.targets = targets;
        this.afterwards = afterwards;
    }

    /** Room for {@code capacity} examples. */
    static ResidentExamples reserve(Place place, InputSpec input, int classes, int capacity) {
        Arena arena = new Arena(place);
        try {
            return Scopes.within(
                    () ->
                            new ResidentExamples(
                                    place,
                                    input,
                                    classes,
                                    new int[capacity],
                                    arena,
                                    arena.unset(capacity, input.elements()),
                                    arena.longs(capacity),
                                    () -> {}));
        } catch (RuntimeException e) {
            arena.close();
            throw e;
        }
    }

    @Override
    public ResidentExamples view(Runnable onClose) {
        Arena views = new Arena(place);
        return Scopes.within(
                () -> {
                    ResidentExamples view =
                            new ResidentExamples(
                                    place,
                                    input,
                                    classes,
                                    labels,
                                    views,
                                    views.keep(features.detach()),
                                    views.keep(targets.detach()),
                                    onClose);
                    view.count = count;
                    return view;
                });
    }

    @Override
    public void append(Examples examples) {
        requireOpen();
        ExampleChecks.requireAppendable(this, labels.length, examples);
        System.arraycopy(examples.labels(), 0, labels, count, examples.count());
        Scopes.run(() -> copy(examples));
        count += examples.count();
    }

    private void copy(Examples examples) {
        Tensor scale = perElement(input::scale);
        Tensor shift = perElement(input::shift);
        int rows = Math.max(1, BLOCK / input.bytes());
        for (int from = 0; from < examples.count(); from += rows) {
            int start = from;
            int some = Math.min(rows, examples.count() - from);
            Scopes.run(() -> copy(examples, start, some).mul_(scale).add_(shift));
        }
        if (examples.count() > 0) {
            Tensor classOfEach = place.indices(examples.labels());
            targets.narrow(0, count, examples.count()).copy_(classOfEach);
        }
    }

    private Tensor perElement(IntToFloat value) {
        float[] values = new float[input.elements()];
        for (int i = 0; i < values.length; i++) {
            values[i] = value.of(i);
        }
        return place.here(torch.tensor(values));
    }

    private interface IntToFloat {
        float of(int element);
    }

    /** Returns the rows that were copied, which are not normalised yet. */
    private Tensor copy(Examples examples, int from, int rows) {
        Tensor staged = Place.staged(elementType(), rows, input.elements());
        byte[] block = new byte[rows * input.bytes()];
        examples.features().get(from * input.bytes(), block);
        new BytePointer(staged.data_ptr()).put(block, 0, block.length);
        return features.narrow(0, (long) count + from, rows).copy_(place.here(staged));
    }

    private ScalarType elementType() {
        return switch (input.type()) {
            case UINT8 -> ScalarType.Byte;
            case FLOAT32 -> ScalarType.Float;
            case INT32, TOKEN -> ScalarType.Int;
        };
    }

    @Override
    public int count() {
        return count;
    }

    @Override
    public InputSpec input() {
        return input;
    }

    @Override
    public int classes() {
        return classes;
    }

    @Override
    public int[] labels() {
        return labels;
    }

    @Override
    public long bytes() {
        return closed
                ? 0
                : (long) labels.length * Integer.BYTES
                        + features.numel() * Float.BYTES
                        + targets.numel() * Long.BYTES;
    }

    /** Rows of normalised values. */
    Tensor features() {
        return features;
    }

    /** Class of each row. */
    Tensor targets() {
        return targets;
    }

    void requireOpen() {
        if (closed) {
            throw new IllegalStateException("the example set is closed");
        }
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            arena.close();
            afterwards.run();
        }
    }
}
