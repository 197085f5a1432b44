package org.almaflow.learning.member;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInput;
import java.io.DataInputStream;
import java.io.DataOutput;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.almaflow.learning.growth.Growth;
import org.almaflow.learning.member.MemberResult.TrainedModel;
import org.almaflow.learning.member.ModelWriter.ModelRef;
import org.almaflow.learning.network.NetworkJson;
import org.almaflow.learning.network.NetworkSpec;
import org.almaflow.learning.network.Tensors;
import org.almaflow.learning.session.Cost;
import org.almaflow.learning.session.PredictionSum;
import org.almaflow.learning.session.Score;
import org.almaflow.learning.session.SessionState;
import org.almaflow.learning.session.StateCodec;

/** The part of a member that is not on the device: what it has to remember over a restart. */
final class MemberState {
    /** Version of the binary form; a new one must still read every older one. */
    private static final int VERSION = 1;

    /** What the member does for the current directive. */
    enum Stage {
        LOAD('L'),
        GROW('G'),
        TRAIN('T'),
        STORE('S'),
        EVALUATE('E');

        private final char code;

        Stage(char code) {
            this.code = code;
        }

        static Stage of(char code) throws IOException {
            for (Stage stage : values()) {
                if (stage.code == code) {
                    return stage;
                }
            }
            throw new IOException("state of a member names the unknown stage '" + code + "'");
        }
    }

    final Deque<Directive> queue = new ArrayDeque<>();
    Directive current;
    Stage stage = Stage.LOAD;

    ChunkRef holdout;
    Tensors deployed;
    Score score = Score.NONE;

    long session;
    long epochs;
    Cost cost = Cost.NONE;
    long nanos;

    /** The session in progress, as exported: set only between reading a state and resuming it. */
    SessionState resume;

    double validationAccuracy = Double.NaN;
    Optional<ModelRef> model = Optional.empty();

    /** Network of the deployed weights; null before the holdout is read. */
    NetworkSpec network;

    /** {@link #network} as it is stored: written at every checkpoint, made once a network. */
    private byte[] networkJson;

    /**
     * Growth in progress, as {@link Growth#write} exports it: set only between reading a state and
     * resuming it.
     */
    byte[] growth;

    /** What the newest session trains on. */
    Memory memory = Memory.EMPTY;

    /**
     * Of a growing ensemble: predictions of all its networks on the holdout; null before the first.
     */
    PredictionSum ensemble;

    /** Predictions on the holdout, for the result of this arrival only. */
    Optional<PredictionSum> predictions = Optional.empty();

    void write(DataOutput out) throws IOException {
        out.writeInt(VERSION);
        out.writeInt(queue.size());
        for (Directive directive : queue) {
            write(out, directive);
        }
        writeIf(out, current, d -> write(out, d));
        out.writeChar(stage.code);
        writeIf(out, holdout, ref -> write(out, ref));
        writeIf(out, deployed, weights -> StateCodec.write(out, weights));
        StateCodec.write(out, score);
        out.writeLong(session);
        out.writeLong(epochs);
        StateCodec.write(out, cost);
        out.writeLong(nanos);
        writeIf(out, resume, s -> StateCodec.write(out, s));
        out.writeDouble(validationAccuracy);
        writeIf(out, model.orElse(null), m -> write(out, m));
        writeIf(
                out,
                networkJson,
                json -> {
                    out.writeInt(json.length);
                    out.write(json);
                });
        writeIf(out, growth, g -> write(out, g));
        memory.write(out);
        writeIf(out, ensemble, e -> StateCodec.write(out, e));
    }

    static MemberState read(DataInput in) throws IOException {
        int version = in.readInt();
        if (version != VERSION) {
            throw new IOException(
                    "state of a member has version %d; this build reads version %d"
                            .formatted(version, VERSION));
        }
        MemberState s = new MemberState();
        int queued = in.readInt();
        for (int i = 0; i < queued; i++) {
            s.queue.add(readDirective(in));
        }
        s.current = in.readBoolean() ? readDirective(in) : null;
        s.stage = Stage.of(in.readChar());
        s.holdout = in.readBoolean() ? readChunk(in) : null;
        s.deployed = in.readBoolean() ? StateCodec.readTensors(in) : null;
        s.score = StateCodec.readScore(in);
        s.session = in.readLong();
        s.epochs = in.readLong();
        s.cost = StateCodec.readCost(in);
        s.nanos = in.readLong();
        s.resume = in.readBoolean() ? StateCodec.readSession(in) : null;
        s.validationAccuracy = in.readDouble();
        s.model = in.readBoolean() ? Optional.of(readModel(in)) : Optional.empty();
        if (in.readBoolean()) {
            byte[] json = new byte[in.readInt()];
            in.readFully(json);
            s.network(NetworkJson.read(new String(json, StandardCharsets.UTF_8)));
        }
        s.growth = in.readBoolean() ? readBytes(in) : null;
        s.memory = Memory.read(in);
        s.ensemble = in.readBoolean() ? StateCodec.readPredictions(in) : null;
        return s;
    }

    /** Sets the network of the deployed weights. */
    void network(NetworkSpec spec) {
        network = spec;
        networkJson = NetworkJson.write(spec).getBytes(StandardCharsets.UTF_8);
    }

    /** The result of the current directive of member {@code member}. */
    MemberResult result(int member, Prediction prediction, long predictionMacs) {
        boolean growing = ensemble != null;
        int networks = growing ? ensemble.networks() : 1;
        return new MemberResult(
                current.arrival(),
                model.isPresent(),
                session,
                epochs,
                cost,
                nanos / 1e9,
                score,
                networks * network.parameters(),
                predictions,
                model.map(
                        file ->
                                new TrainedModel(
                                        growing ? networks - 1 : member,
                                        network,
                                        file,
                                        validationAccuracy)),
                prediction,
                predictionMacs);
    }

    private static void write(DataOutput out, Directive d) throws IOException {
        out.writeLong(d.arrival());
        out.writeBoolean(d.train());
        out.writeLong(d.session());
        out.writeUTF(d.reason());
        out.writeInt(d.chunks().size());
        for (ChunkRef ref : d.chunks()) {
            write(out, ref);
        }
    }

    private static Directive readDirective(DataInput in) throws IOException {
        long arrival = in.readLong();
        boolean train = in.readBoolean();
        long session = in.readLong();
        String reason = in.readUTF();
        List<ChunkRef> chunks = new ArrayList<>();
        int count = in.readInt();
        for (int i = 0; i < count; i++) {
            chunks.add(readChunk(in));
        }
        return new Directive(arrival, train, session, reason, chunks);
    }

    static void write(DataOutput out, ChunkRef ref) throws IOException {
        out.writeLong(ref.chunk());
        out.writeUTF(ref.path());
        out.writeUTF(ref.sha256());
        out.writeLong(ref.examples());
    }

    static ChunkRef readChunk(DataInput in) throws IOException {
        return new ChunkRef(in.readLong(), in.readUTF(), in.readUTF(), in.readLong());
    }

    private static void write(DataOutput out, ModelRef model) throws IOException {
        out.writeUTF(model.path());
        out.writeUTF(model.sha256());
        out.writeLong(model.bytes());
    }

    private static ModelRef readModel(DataInput in) throws IOException {
        return new ModelRef(in.readUTF(), in.readUTF(), in.readLong());
    }

    private static void write(DataOutput out, byte[] bytes) throws IOException {
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    private static byte[] readBytes(DataInput in) throws IOException {
        byte[] bytes = new byte[in.readInt()];
        in.readFully(bytes);
        return bytes;
    }

    /** What {@code writer} writes. */
    static byte[] bytes(Writer<DataOutput> writer) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        writer.write(new DataOutputStream(bytes));
        return bytes.toByteArray();
    }

    /** To read {@code bytes} from their beginning. */
    static DataInput input(byte[] bytes) {
        return new DataInputStream(new ByteArrayInputStream(bytes));
    }

    @FunctionalInterface
    interface Writer<T> {
        void write(T value) throws IOException;
    }

    private static <T> void writeIf(DataOutput out, T value, Writer<T> writer) throws IOException {
        out.writeBoolean(value != null);
        if (value != null) {
            writer.write(value);
        }
    }
}
