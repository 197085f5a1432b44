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
import org.almaflow.learning.network.InputSpec;
import org.almaflow.learning.network.Safetensors;
import org.almaflow.learning.network.Tensors;
import org.almaflow.learning.session.Evaluation;
import org.almaflow.learning.session.PredictionSum;
import org.almaflow.learning.session.Score;

/**
 * Predicts chunks before the member may train on them, one file or mini-batch a step, with the same
 * combination of networks as on the holdout. A chunk of more than the learner's memory is predicted
 * part by part. A growing ensemble reads its older networks from their model files once and keeps
 * them in memory. Owns the example set of the chunk in work; a prediction that a restart interrupts
 * begins anew.
 */
final class ChunkPredictions implements AutoCloseable {
    /** Version of the binary form; a new one must still read every older one. */
    private static final int VERSION = 1;

    private final Family family;
    private final Engine engine;
    private final ChunkReader chunks;
    private final ModelFiles files;
    private final long memory;

    private final Deque<ChunkRef> queue = new ArrayDeque<>();
    private final TreeMap<Long, Prediction> made = new TreeMap<>();
    private long macs;

    /** Of a growing ensemble: the files of all its networks, oldest first. */
    private final List<ModelRef> networks = new ArrayList<>();

    /** Weights of the older ones of {@link #networks}, as far as they were read. */
    private final List<Tensors> older = new ArrayList<>();

    /** The part of the first chunk in the queue that is on the device. */
    private ExampleSet set;

    private int begin;

    /** Examples of a part; the last one may have fewer. */
    private int size;

    private int rows;
    private InputSpec input;
    private int classes;
    private int each;
    private int[] labels;
    private Evaluation evaluation;

    /** Of the network that predicts, on the parts that are done. */
    private Score score = Score.NONE;

    /** What the network predicts of the chunk, {@link #each} values an example. */
    private float[] kept;

    /** Of the older networks that have predicted the chunk; null before the first. */
    private PredictionSum sum;

    /**
     * Nothing to predict yet.
     *
     * @param memory bytes of a chunk to have on the device at a time
     */
    ChunkPredictions(
            Family family, Engine engine, ChunkReader chunks, ModelFiles files, long memory) {
        this.family = family;
        this.engine = engine;
        this.chunks = chunks;
        this.files = files;
        this.memory = memory;
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
            load(queue.element(), network);
            return;
        }
        int at = sum == null ? 0 : sum.networks();
        int last = Math.max(0, networks.size() - 1);
        if (at < last && older.size() <= at) {
            older.add(Safetensors.read(files.read(networks.get(at))).weights());
            return;
        }
        if (evaluation == null) {
            if (last > 0 && begin == 0) {
                network.load(at < last ? older.get(at) : deployed);
            }
            evaluation = new Evaluation(set);
            family.averaging().ifPresent(a -> evaluation.keeping(each));
        }
        evaluation.step(network);
        if (evaluation.done()) {
            boolean all = finishPart();
            if (all) {
                finishNetwork(at == last, network.spec().forwardMacs());
            }
        }
    }

    private void load(ChunkRef chunk, Network network) throws IOException {
        if (labels == null) {
            long most = Math.max(1, memory / engine.bytesPerExample(network.spec().input()));
            rows = Math.toIntExact(chunk.examples());
            size = (int) Math.min(rows, most);
            labels = new int[rows];
        }
        int end = Math.min(rows, begin + size);
        Examples part = chunks.read(chunk, begin, end);
        set = engine.upload(part);
        classes = part.classes();
        System.arraycopy(part.labels(), 0, labels, begin, end - begin);
        input = part.input();
        each = Evaluation.kept(input, classes);
        if (kept == null && family.averaging().isPresent()) {
            kept = new float[Math.multiplyExact(rows, each)];
        }
    }

    /** Goes on to the next part, and says whether it was the last; an only part stays. */
    private boolean finishPart() {
        Score own = evaluation.score();
        score =
                new Score(
                        score.examples() + own.examples(),
                        score.wrong() + own.wrong(),
                        score.lossSum() + own.lossSum());
        if (kept != null) {
            float[] part = evaluation.kept();
            System.arraycopy(part, 0, kept, begin * each, part.length);
        }
        evaluation = null;
        if (size < rows) {
            set.close();
            set = null;
        }
        begin = begin + size < rows ? begin + size : 0;
        return begin == 0;
    }

    private void finishNetwork(boolean last, long forwardMacs) {
        Optional<Averaging> averaging = family.averaging();
        if (averaging.isPresent()) {
            PredictionSum own = PredictionSum.ofKept(averaging.get(), input, classes, kept);
            sum = sum == null ? own : sum.plus(own);
            score = networks.isEmpty() ? score : sum.score(labels);
        }
        if (last) {
            long chunk = queue.remove().chunk();
            int all = sum == null ? 1 : sum.networks();
            made.put(
                    chunk,
                    new Prediction(
                            chunk,
                            score,
                            family.members() > 1 ? Optional.of(sum) : Optional.empty(),
                            forwardMacs * all * rows));
            close();
        } else {
            score = Score.NONE;
        }
    }

    /** What has to be remembered over a restart, as it is now. */
    State state() {
        return new State(
                List.copyOf(queue), List.copyOf(made.values()), macs, List.copyOf(networks));
    }

    /** Takes over a state; only before any work. */
    void restore(State state) {
        queue.addAll(state.due());
        state.made().forEach(prediction -> made.put(prediction.chunk(), prediction));
        macs = state.macs();
        networks.addAll(state.networks());
    }

    /**
     * What has to be remembered over a restart. Immutable.
     *
     * @param due chunks that are not predicted yet
     * @param made predictions whose result was not given yet
     * @param macs forward multiply-accumulates of those whose result was
     * @param networks of a growing ensemble: the files of all its networks, oldest first
     */
    record State(List<ChunkRef> due, List<Prediction> made, long macs, List<ModelRef> networks) {
        static final State EMPTY = new State(List.of(), List.of(), 0, List.of());

        void write(DataOutput out) throws IOException {
            out.writeInt(VERSION);
            out.writeInt(due.size());
            for (ChunkRef chunk : due) {
                MemberState.write(out, chunk);
            }
            out.writeInt(made.size());
            for (Prediction prediction : made) {
                prediction.write(out);
            }
            out.writeLong(macs);
            out.writeInt(networks.size());
            for (ModelRef model : networks) {
                MemberState.write(out, model);
            }
        }

        static State read(DataInput in) throws IOException {
            int version = in.readInt();
            if (version != VERSION) {
                throw new IOException(
                        "predictions of a member have version %d; this build reads version %d"
                                .formatted(version, VERSION));
            }
            List<ChunkRef> due = new ArrayList<>();
            for (int left = in.readInt(); left > 0; left--) {
                due.add(MemberState.readChunk(in));
            }
            List<Prediction> made = new ArrayList<>();
            for (int left = in.readInt(); left > 0; left--) {
                made.add(Prediction.read(in));
            }
            long macs = in.readLong();
            List<ModelRef> networks = new ArrayList<>();
            for (int left = in.readInt(); left > 0; left--) {
                networks.add(MemberState.readModel(in));
            }
            return new State(due, made, macs, networks);
        }
    }

    /** Frees the example set of the chunk in work. */
    @Override
    public void close() {
        if (set != null) {
            set.close();
        }
        set = null;
        begin = 0;
        labels = null;
        kept = null;
        sum = null;
        score = Score.NONE;
        evaluation = null;
    }
}
