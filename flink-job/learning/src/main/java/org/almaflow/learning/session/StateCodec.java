package org.almaflow.learning.session;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.almaflow.learning.engine.OptimizerState;
import org.almaflow.learning.family.Averaging;
import org.almaflow.learning.network.Tensors;

/**
 * Binary form of training state. The member's state, which all of this is part of, carries the
 * version.
 */
public final class StateCodec {
    private StateCodec() {}

    /** Writes a session's state. */
    public static void write(DataOutput out, SessionState s) throws IOException {
        out.writeInt(s.epoch());
        out.writeInt(s.position());
        out.writeInt(s.sinceBest());
        out.writeDouble(s.bestAccuracy());
        out.writeBoolean(s.best() != null);
        if (s.best() != null) {
            write(out, s.best());
        }
        out.writeDouble(s.lossSum());
        out.writeDouble(s.trainLoss());
        out.writeBoolean(s.inValidation());
        out.writeInt(s.validated());
        write(out, s.validating());
        write(out, s.last());
        write(out, s.cost());
        out.writeLong(s.nanos());
        write(out, s.weights());
        out.writeLong(s.optimizer().steps());
        out.writeInt(s.optimizer().buffers().length);
        for (float[] buffer : s.optimizer().buffers()) {
            write(out, buffer);
        }
    }

    /** Reads a session's state. */
    public static SessionState readSession(DataInput in) throws IOException {
        return new SessionState(
                in.readInt(),
                in.readInt(),
                in.readInt(),
                in.readDouble(),
                in.readBoolean() ? readTensors(in) : null,
                in.readDouble(),
                in.readDouble(),
                in.readBoolean(),
                in.readInt(),
                readScore(in),
                readScore(in),
                readCost(in),
                in.readLong(),
                readTensors(in),
                readOptimizer(in));
    }

    private static OptimizerState readOptimizer(DataInput in) throws IOException {
        long steps = in.readLong();
        float[][] buffers = new float[in.readInt()][];
        for (int i = 0; i < buffers.length; i++) {
            buffers[i] = readFloats(in);
        }
        return new OptimizerState(steps, buffers);
    }

    /** Writes tensors with names and shapes. */
    public static void write(DataOutput out, Tensors tensors) throws IOException {
        out.writeInt(tensors.byName().size());
        for (Map.Entry<String, Tensors.Tensor> e : tensors.byName().entrySet()) {
            out.writeUTF(e.getKey());
            out.writeInt(e.getValue().shape().size());
            for (int n : e.getValue().shape()) {
                out.writeInt(n);
            }
            write(out, e.getValue().data());
        }
    }

    /** Reads tensors. */
    public static Tensors readTensors(DataInput in) throws IOException {
        Map<String, Tensors.Tensor> tensors = new LinkedHashMap<>();
        int count = in.readInt();
        for (int i = 0; i < count; i++) {
            String name = in.readUTF();
            List<Integer> shape = new ArrayList<>();
            int rank = in.readInt();
            for (int axis = 0; axis < rank; axis++) {
                shape.add(in.readInt());
            }
            tensors.put(name, new Tensors.Tensor(shape, readFloats(in)));
        }
        return new Tensors(tensors);
    }

    /** Writes a score. */
    public static void write(DataOutput out, Score score) throws IOException {
        out.writeLong(score.examples());
        out.writeLong(score.wrong());
        out.writeDouble(score.lossSum());
    }

    /** Reads a score. */
    public static Score readScore(DataInput in) throws IOException {
        return new Score(in.readLong(), in.readLong(), in.readDouble());
    }

    /** Writes a cost. */
    public static void write(DataOutput out, Cost cost) throws IOException {
        out.writeLong(cost.examples());
        out.writeLong(cost.trainForwardMacs());
        out.writeLong(cost.totalMacs());
    }

    /** Reads a cost. */
    public static Cost readCost(DataInput in) throws IOException {
        return new Cost(in.readLong(), in.readLong(), in.readLong());
    }

    /** Writes predictions. */
    public static void write(DataOutput out, PredictionSum p) throws IOException {
        out.writeUTF(p.averaging().name());
        out.writeInt(p.classes());
        out.writeInt(p.networks());
        write(out, p.sum());
    }

    /** Reads predictions. */
    public static PredictionSum readPredictions(DataInput in) throws IOException {
        return new PredictionSum(
                Averaging.valueOf(in.readUTF()), in.readInt(), in.readInt(), readFloats(in));
    }

    /** Writes values. */
    public static void write(DataOutput out, float[] values) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * Float.BYTES);
        bytes.asFloatBuffer().put(values);
        out.writeInt(values.length);
        out.write(bytes.array());
    }

    /** Reads values. */
    public static float[] readFloats(DataInput in) throws IOException {
        float[] values = new float[in.readInt()];
        byte[] bytes = new byte[values.length * Float.BYTES];
        in.readFully(bytes);
        ByteBuffer.wrap(bytes).asFloatBuffer().get(values);
        return values;
    }
}
