package org.almaflow.learning.engine;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Objects;
import org.almaflow.learning.network.InputSpec;
import org.almaflow.learning.network.JointSpec;
import org.almaflow.learning.network.NetworkSpec;
import org.almaflow.learning.network.VggSpec;

/**
 * The engine contract in plain Java loops, for tests without natives: slow, and as exact as float32
 * parameters and optimiser state allow, because all sums are double.
 */
public final class TestingEngine implements Engine {
    private boolean closed;
    private int room;
    private int mostRoom;

    /** Most examples that its sets had room for at a time since the last call. */
    public int mostRoom() {
        int most = mostRoom;
        mostRoom = room;
        return most;
    }

    private void takeRoom(int examples) {
        room += examples;
        mostRoom = Math.max(mostRoom, room);
    }

    @Override
    public String description() {
        return "testing (plain Java)";
    }

    @Override
    public ExampleSet reserve(InputSpec input, int classes, int capacity) {
        if (closed) {
            throw new IllegalStateException("the engine is closed");
        }
        takeRoom(capacity);
        return new Resident(input, classes, capacity, () -> takeRoom(-capacity));
    }

    @Override
    public long bytesPerExample(InputSpec input) {
        return Math.multiplyFull(input.elements() + 1, Float.BYTES);
    }

    @Override
    public Network network(NetworkSpec spec) {
        if (closed) {
            throw new IllegalStateException("the engine is closed");
        }
        NetworkSpec one = spec instanceof JointSpec joint ? joint.each() : spec;
        return one instanceof VggSpec ? new TestingVgg(spec) : new TestingNetwork(spec);
    }

    @Override
    public void close() {
        closed = true;
    }

    /** Normalised examples. */
    static final class Resident implements ExampleSet {
        final InputSpec input;
        final int classes;
        private final int capacity;
        private final Runnable afterwards;
        private int[] labels = new int[0];
        private float[] features = new float[0];

        Resident(InputSpec input, int classes, int capacity, Runnable afterwards) {
            this.afterwards = afterwards;
            this.input = input;
            this.classes = classes;
            this.capacity = capacity;
        }

        @Override
        public void append(Examples examples) {
            ExampleChecks.requireAppendable(this, capacity, examples);
            int before = count();
            labels = Arrays.copyOf(labels, before + examples.count());
            System.arraycopy(examples.labels(), 0, labels, before, examples.count());
            float[] more = normalised(examples);
            features = Arrays.copyOf(features, features.length + more.length);
            System.arraycopy(more, 0, features, features.length - more.length, more.length);
        }

        private static float[] normalised(Examples examples) {
            InputSpec input = examples.input();
            int elements = input.elements();
            ByteBuffer bytes = examples.features();
            float[] features = new float[Math.multiplyExact(examples.count(), elements)];
            for (int i = 0; i < features.length; i++) {
                float x =
                        switch (input.type()) {
                            case UINT8 -> bytes.get(i) & 0xFF;
                            case FLOAT32 -> bytes.getFloat(4 * i);
                            case INT32, TOKEN -> bytes.getInt(4 * i);
                        };
                features[i] = x * input.scale(i % elements) + input.shift(i % elements);
            }
            return features;
        }

        @Override
        public int count() {
            return labels.length;
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
            return features == null ? 0 : 4L * (features.length + labels.length);
        }

        int label(int row) {
            return labels[Objects.checkIndex(row, labels.length)];
        }

        /** One example, as the activations of the input layer. */
        double[] example(int row) {
            if (features == null) {
                throw new IllegalStateException("the example set is closed");
            }
            int elements = input.elements();
            Objects.checkIndex(row, labels.length);
            double[] example = new double[elements];
            for (int i = 0; i < elements; i++) {
                example[i] = features[row * elements + i];
            }
            return example;
        }

        @Override
        public void close() {
            if (features != null) {
                afterwards.run();
            }
            features = null;
        }
    }
}
