package org.almaflow.learning.member;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.OptionalLong;
import org.almaflow.learning.waiting.Decision;
import org.almaflow.learning.waiting.TimeKind;
import org.almaflow.learning.waiting.Waited;
import org.almaflow.learning.waiting.WaitingPolicy;
import org.almaflow.learning.waiting.WaitingView;

/**
 * Decides when a learner trains where the decision needs feedback from its last session: beside the
 * members, between their sessions. A state machine like them: while any member works it has nothing
 * to do; when all are idle, {@link #turn} has them predict the next chunk, or asks the policy about
 * it. Used in the members' thread; its state goes into the same checkpoint as theirs.
 */
public final class ClosedLoop {
    /** Version of the binary form; a new one must still read every older one. */
    private static final int VERSION = 1;

    private final WaitingPolicy policy;
    private final boolean lockstep;
    private final ChunkReader chunks;
    private final Clock clock;
    private final Members members;

    /** Arrivals that were not asked about, oldest first. */
    private final Deque<Arrival> queue = new ArrayDeque<>();

    /** How many of {@link #queue}, from the oldest, the members were told to predict. */
    private int predicting;

    private Waited waited = Waited.NOTHING;
    private final Feedback feedback;
    private Arrival newest;
    private long newestAt;
    private long decisions;
    private long wakeAt;

    /**
     * A chunk that has arrived.
     *
     * @param chunks number B of chunks of the stream; 0: it has no end
     * @param arrivedAt in processing time, milliseconds since 1970
     * @param producedAt in event time
     */
    public record Arrival(ChunkRef chunk, long chunks, long arrivedAt, long producedAt) {}

    /** What the loop tells the learner's members. */
    public interface Members {
        /** Has every member predict a chunk. */
        void predict(ChunkRef chunk);

        /** What the members predicted, in their order; every one has. */
        List<Prediction> predictions(ChunkRef chunk);

        /**
         * Has every member do what was decided at an arrival.
         *
         * @param timer a timer asked, after the arrival
         * @param train whether to train, on all chunks up to the arrival that were not trained on
         * @param session index of that session, or of the last one so far
         */
        void direct(long arrival, boolean timer, boolean train, long session, String reason);

        /** The policy was asked, for the {@code index}-th time. */
        void decided(long index, WaitingView view, Decision decision);
    }

    /**
     * A loop that has not decided anything.
     *
     * @param count how many members there are
     * @param lockstep ask about every arrival by itself, in order; otherwise once about all that
     *     have arrived
     * @param chunks reads labels where several members predict together
     * @param clock processing time
     */
    public ClosedLoop(
            WaitingPolicy policy,
            int count,
            boolean lockstep,
            ChunkReader chunks,
            Clock clock,
            Members members) {
        this.policy = policy;
        this.lockstep = lockstep;
        this.chunks = chunks;
        this.clock = clock;
        this.members = members;
        this.feedback = new Feedback(count);
    }

    /** Queues an arrival; they come in order, from 1 on. */
    public void arrive(Arrival arrival) {
        queue.add(arrival);
    }

    /** A member's session has ended. */
    public void ended(int member, SessionReport report) {
        feedback.ended(member, report);
    }

    /** A member's session has left a model. */
    public void modelled(int member) {
        feedback.modelled(member);
    }

    /** Arrivals that the policy was not asked about. */
    public int queued() {
        return queue.size();
    }

    /** Whether {@link #turn} has something to do, when no member has. */
    public boolean hasWork() {
        return !queue.isEmpty() || (wakeAt > 0 && clock.millis() >= wakeAt);
    }

    /** Processing time at which there may be work although nothing arrives; empty: at no time. */
    public OptionalLong wakeAt() {
        return wakeAt > 0 ? OptionalLong.of(wakeAt) : OptionalLong.empty();
    }

    /**
     * Has the members predict, or asks the policy; call it when no member has work.
     *
     * @throws IOException when labels cannot be read
     */
    public void turn() throws IOException {
        feedback.settle(waited.trainedExamples());
        if (predicting > 0) {
            decide();
        } else if (!queue.isEmpty()) {
            predicting = lockstep ? 1 : queue.size();
            queue.stream().limit(predicting).forEach(a -> members.predict(a.chunk()));
        } else if (hasWork()) {
            ask(true);
        }
    }

    private void decide() throws IOException {
        for (int left = predicting; left > 0; left--) {
            newest = queue.element();
            ChunkRef ref = newest.chunk();
            feedback.predicted(ref, Prediction.joint(members.predictions(ref), chunks, ref));
            queue.remove();
            predicting--;
            newestAt = Math.max(newestAt, newest.producedAt());
            waited = waited.buffered(ref.examples(), eventTime() ? newestAt : newest.arrivedAt());
            if (left > 1) {
                long last = ref.chunk() + left - 1;
                members.direct(
                        ref.chunk(),
                        false,
                        false,
                        waited.sessions(),
                        "asked together with arrival " + last);
            }
        }
        ask(false);
    }

    private boolean eventTime() {
        return policy.time() == TimeKind.EVENT;
    }

    private void ask(boolean timer) {
        long arrival = newest.chunk().chunk();
        long now = eventTime() ? newestAt : clock.millis();
        WaitingView view =
                waited.view(arrival, newest.chunks(), timer, now, feedback.progress());
        Decision decision = policy.decide(view);
        decisions++;
        wakeAt = decision.train() ? 0 : view.wakeAt(policy).orElse(0);
        if (decision.train()) {
            waited = waited.trained(arrival, now);
        }
        members.decided(decisions, view, decision);
        if (decision.train() || !timer) {
            members.direct(arrival, timer, decision.train(), waited.sessions(), decision.reason());
        }
    }

    /** Writes the whole state. */
    public void write(DataOutput out) throws IOException {
        out.writeInt(VERSION);
        out.writeInt(queue.size());
        for (Arrival arrival : queue) {
            write(out, arrival);
        }
        out.writeInt(predicting);
        waited.write(out);
        feedback.write(out);
        out.writeBoolean(newest != null);
        if (newest != null) {
            write(out, newest);
        }
        out.writeLong(newestAt);
        out.writeLong(decisions);
        out.writeLong(wakeAt);
    }

    /** Takes over what {@link #write} wrote; only before any work. */
    public void restore(DataInput in) throws IOException {
        int version = in.readInt();
        if (version != VERSION) {
            throw new IOException(
                    "state of a closed loop has version %d; this build reads version %d"
                            .formatted(version, VERSION));
        }
        for (int left = in.readInt(); left > 0; left--) {
            queue.add(readArrival(in));
        }
        predicting = in.readInt();
        waited = Waited.read(in);
        feedback.restore(in);
        newest = in.readBoolean() ? readArrival(in) : null;
        newestAt = in.readLong();
        decisions = in.readLong();
        wakeAt = in.readLong();
    }

    private static void write(DataOutput out, Arrival arrival) throws IOException {
        MemberState.write(out, arrival.chunk());
        out.writeLong(arrival.chunks());
        out.writeLong(arrival.arrivedAt());
        out.writeLong(arrival.producedAt());
    }

    private static Arrival readArrival(DataInput in) throws IOException {
        return new Arrival(
                MemberState.readChunk(in), in.readLong(), in.readLong(), in.readLong());
    }
}
