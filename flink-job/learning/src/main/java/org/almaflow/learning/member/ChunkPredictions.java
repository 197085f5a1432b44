package org.almaflow.learning.member;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.almaflow.learning.engine.Engine;
import org.almaflow.learning.engine.ExampleSet;
import org.almaflow.learning.engine.Examples;
import org.almaflow.learning.engine.Network;
import org.almaflow.learning.family.Averaging;
import org.almaflow.learning.family.Family;
import org.almaflow.learning.member.ModelWriter.ModelRef;
import org.almaflow.learning.network.Safetensors;
import org.almaflow.learning.network.Tensors;
import org.almaflow.learning.session.Evaluation;
import org.almaflow.learning.session.PredictionSum;
import org.almaflow.learning.session.Score;

/**
 * Predicts chunks before the member may train on them, one file or mini-batch a step, with the same
 * combination of networks as on the holdout. A growing ensemble reads its older networks from their
 * model files once and keeps them in memory. Owns the example set of the chunk in work; a
 * prediction that a restart interrupts begins anew.
 */
final class ChunkPredictions implements AutoCloseable {
    /** Version of the binary form; a new one must still read every older one. */
    private static final int VERSION = 1;

    private final Family family;
    private final Engine engine;
    private final ChunkReader chunks;
    private final ModelFiles files;

    private final Deque<ChunkRef> queue = new ArrayDeque<>();
    private final TreeMap<Long, Prediction> made = new TreeMap<>();
    private long macs;

    /** Of a growing ensemble: the files of all its networks, oldest first. */
    private final List<ModelRef> networks = new ArrayList<>();

    /** Weights of the older ones of {@link #networks}, as far as they were read. */
    private final List<Tensors> older = new ArrayList<>();

    private ExampleSet set;
    private int[] labels;
    private int classes;
    private Evaluation evaluation;

    /** Of the older networks that have predicted the chunk; null before the first. */
    private PredictionSum sum;

    ChunkPredictions(Family family, Engine engine, ChunkReader chunks, ModelFiles files) {
        this.family = family;
        this.engine = engine;
        this.chunks = chunks;
        this.files = files;
    }

    void add(ChunkRef chunk) {
        queue.add(chunk);
    }

    /** Whether a chunk up to arrival {@code arrival} is not predicted. */
    boolean due(long arrival) {
        return !queue.isEmpty() && queue.peek().chunk() <= arrival;
    }

    /** The prediction of a chunk, when it is made and its result was not given yet. */
    Optional<Prediction> of(long chunk) {
        return Optional.ofNullable(made.get(chunk));
    }

    /**
     * Hands over the prediction of an arrival that is done; {@link #macs} counts it from now on.
     */
    Prediction take(long arrival) {
        Prediction prediction = made.remove(arrival);
        if (prediction == null) {
            return Prediction.NONE;
        }
        macs += prediction.macs();
        return prediction;
    }

    /** Forward multiply-accumulates of all predictions that were taken. */
    long macs() {
        return macs;
    }

    /** Remembers a model that the member has just deployed. */
    void deployed(ModelRef model) {
        if (family instanceof Family.GrowingEnsemble) {
            networks.add(model);
        }
    }

    /**
     * One bounded step for the first chunk in the queue.
     *
     * @param network holds {@code deployed}, and does so again when the prediction is made
     */
    void step(Network network, Tensors deployed) throws IOException {
        if (set == null) {
            open(chunks.read(queue.element()));
            return;
        }
        int at = sum == null ? 0 : sum.networks();
        int last = Math.max(0, networks.size() - 1);
        if (at < last && older.size() <= at) {
            older.add(Safetensors.read(files.read(networks.get(at))).weights());
            return;
        }
        if (evaluation == null) {
            if (last > 0) {
                network.load(at < last ? older.get(at) : deployed);
            }
            evaluation = new Evaluation(set, labels);
            family.averaging().ifPresent(a -> evaluation.keepingLogits(classes));
        }
        evaluation.step(network);
        if (evaluation.done()) {
            finishNetwork(at == last, network.spec().forwardMacs());
        }
    }

    private void open(Examples examples) {
        set = engine.upload(examples);
        labels = examples.labels();
        classes = examples.classes();
    }

    private void finishNetwork(boolean last, long forwardMacs) {
        Optional<Averaging> averaging = family.averaging();
        Score score = evaluation.score();
        if (averaging.isPresent()) {
            PredictionSum own = PredictionSum.of(averaging.get(), classes, evaluation.keptLogits());
            sum = sum == null ? own : sum.plus(own);
            score = networks.isEmpty() ? score : sum.score(labels);
        }
        evaluation = null;
        if (last) {
            long chunk = queue.remove().chunk();
            int all = sum == null ? 1 : sum.networks();
            made.put(
                    chunk,
                    new Prediction(
                            chunk,
                            score,
                            family.members() > 1 ? Optional.of(sum) : Optional.empty(),
                            forwardMacs * all * labels.length));
            close();
        }
    }

    void write(DataOutput out) throws IOException {
        out.writeInt(VERSION);
        out.writeInt(queue.size());
        for (ChunkRef chunk : queue) {
            MemberState.write(out, chunk);
        }
        out.writeInt(made.size());
        for (Prediction prediction : made.values()) {
            prediction.write(out);
        }
        out.writeLong(macs);
        out.writeInt(networks.size());
        for (ModelRef model : networks) {
            out.writeUTF(model.path());
            out.writeUTF(model.sha256());
            out.writeLong(model.bytes());
        }
    }

    /** Takes over what {@link #write} wrote; only before any work. */
    void restore(DataInput in) throws IOException {
        int version = in.readInt();
        if (version != VERSION) {
            throw new IOException(
                    "predictions of a member have version %d; this build reads version %d"
                            .formatted(version, VERSION));
        }
        for (int left = in.readInt(); left > 0; left--) {
            queue.add(MemberState.readChunk(in));
        }
        for (int left = in.readInt(); left > 0; left--) {
            Prediction prediction = Prediction.read(in);
            made.put(prediction.chunk(), prediction);
        }
        macs = in.readLong();
        for (int left = in.readInt(); left > 0; left--) {
            networks.add(new ModelRef(in.readUTF(), in.readUTF(), in.readLong()));
        }
    }

    /** Frees the example set of the chunk in work. */
    @Override
    public void close() {
        if (set != null) {
            set.close();
        }
        set = null;
        labels = null;
        sum = null;
        evaluation = null;
    }
}
