package org.almaflow.pipeline.member;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.almaflow.learning.experiment.Experiment;
import org.almaflow.learning.member.ChunkReader;
import org.almaflow.learning.member.ChunkRef;
import org.almaflow.learning.member.ClosedLoop;
import org.almaflow.learning.member.ClosedLoop.Arrival;
import org.almaflow.learning.member.Prediction;
import org.almaflow.learning.waiting.Decision;
import org.almaflow.learning.waiting.WaitingView;
import org.almaflow.pipeline.LearnerHandle;
import org.almaflow.pipeline.flow.ChunkArrived;
import org.almaflow.pipeline.flow.MemberDirective;
import org.almaflow.schemas.DecisionEvent;
import org.apache.avro.message.BinaryMessageDecoder;
import org.apache.avro.message.BinaryMessageEncoder;

/** {@link ClosedLoop} beside the members of its learner in a Train subtask. */
final class LearnerLoop implements ClosedLoop.Members {
    private final List<MemberWork> members;
    private final Decisions events;
    private final Consumer<DecisionEvent> decisions;
    private final ClosedLoop loop;

    /** Arrivals that no session has trained on, oldest first. */
    private final Deque<ChunkArrived> arrivals = new ArrayDeque<>();

    LearnerLoop(
            LearnerHandle handle,
            List<MemberWork> members,
            ChunkReader chunks,
            Clock clock,
            Consumer<DecisionEvent> decisions) {
        this.members = members;
        this.events = Decisions.of(handle, clock);
        this.decisions = decisions;
        Experiment experiment = handle.experiment();
        this.loop =
                new ClosedLoop(
                        handle.spec().waiting(),
                        members.size(),
                        experiment.lockstep(),
                        chunks,
                        clock,
                        this);
        members.forEach(m -> m.tell(loop));
    }

    void arrive(ChunkArrived arrival) {
        arrivals.add(arrival);
        loop.arrive(
                new Arrival(
                        Chunks.ref(arrival),
                        arrival.getChunks(),
                        arrival.getArrivedAt(),
                        arrival.getProducedAt()));
    }

    int queued() {
        return loop.queued();
    }

    /** Arrivals that no session was opened for. */
    int buffered() {
        return arrivals.size();
    }

    boolean hasWork() {
        return loop.hasWork();
    }

    OptionalLong wakeAt() {
        return loop.wakeAt();
    }

    void turn() throws IOException {
        loop.turn();
    }

    @Override
    public void predict(ChunkRef chunk) {
        members.forEach(m -> m.predict(chunk));
    }

    @Override
    public List<Prediction> predictions(ChunkRef chunk) {
        return members.stream().map(m -> m.prediction(chunk.chunk())).toList();
    }

    @Override
    public void direct(long arrival, boolean timer, boolean train, long session, String reason) {
        List<ChunkArrived> waiting =
                arrivals.stream().filter(a -> a.getChunk() <= arrival).toList();
        MemberDirective directive =
                Directives.of(
                        waiting.get(waiting.size() - 1),
                        train,
                        timer,
                        session,
                        reason,
                        train ? waiting : List.of());
        if (train) {
            arrivals.removeAll(waiting);
        }
        members.forEach(m -> m.direct(Directives.copy(directive, m.member())));
    }

    @Override
    public void decided(long index, WaitingView view, Decision decision) {
        decisions.accept(events.event(index, view, decision));
    }

    void write(DataOutputStream out) throws IOException {
        BinaryMessageEncoder<ChunkArrived> encoder = ChunkArrived.getEncoder();
        out.writeInt(arrivals.size());
        for (ChunkArrived arrival : arrivals) {
            encoder.encode(arrival, out);
        }
        loop.write(out);
    }

    /** Takes over what {@link #write} wrote; only before any work. */
    void restore(DataInputStream in) throws IOException {
        BinaryMessageDecoder<ChunkArrived> decoder = ChunkArrived.getDecoder();
        for (int left = in.readInt(); left > 0; left--) {
            arrivals.add(decoder.decode(in));
        }
        loop.restore(in);
    }
}
