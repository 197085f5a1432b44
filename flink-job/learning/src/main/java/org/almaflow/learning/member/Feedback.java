package org.almaflow.learning.member;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.TreeMap;
import org.almaflow.learning.session.Cost;
import org.almaflow.learning.session.Score;
import org.almaflow.learning.session.StateCodec;
import org.almaflow.learning.waiting.Progress;
import org.almaflow.learning.waiting.Progress.Prequential;
import org.almaflow.learning.waiting.Progress.Trained;

/**
 * Gathers what a learner's members say into {@link Progress}. What members say of one session is
 * added up in their order when all have ended it, so that the sums do not depend on who was first.
 */
final class Feedback {
    private final int members;
    private final List<Trained> sessions = new ArrayList<>();
    private final List<Prequential> arrivals = new ArrayList<>();
    private long totalMacs;
    private long snapshotVersion;
    private boolean newModel;

    /** Members that have a model of their own. */
    private final BitSet modelled = new BitSet();

    /** Of the session in work: who has ended it, by member. */
    private final TreeMap<Integer, Ended> ended = new TreeMap<>();

    /** A member's session that has ended. */
    private record Ended(
            long session,
            long arrival,
            long examples,
            double accuracy,
            Cost cost,
            double seconds) {}

    Feedback(int members) {
        this.members = members;
    }

    Progress progress() {
        return new Progress(sessions, arrivals, totalMacs);
    }

    void predicted(ChunkRef chunk, Score score) {
        keep(
                arrivals,
                new Prequential(
                        chunk.chunk(),
                        score.examples(),
                        score.error(),
                        score.loss(),
                        snapshotVersion));
    }

    /** A member's session has ended. */
    void ended(int member, SessionReport report) {
        ended.put(
                member,
                new Ended(
                        report.session(),
                        report.arrival(),
                        report.trainExamples() + report.validationExamples(),
                        report.bestValidationAccuracy(),
                        report.cost(),
                        report.seconds()));
    }

    /** A member's session has left a model. */
    void modelled(int member) {
        modelled.set(member);
        newModel = true;
    }

    /** Adds up the session that all members have ended; nothing when there is none. */
    void settle(long distinctExamples) {
        if (ended.size() < members) {
            return;
        }
        Cost cost = ended.values().stream().map(Ended::cost).reduce(Cost.NONE, Cost::plus);
        Ended one = ended.get(0);
        keep(
                sessions,
                new Trained(
                        one.session(),
                        one.arrival(),
                        one.examples(),
                        distinctExamples,
                        ended.values().stream().mapToDouble(Ended::accuracy).sum() / members,
                        cost.totalMacs(),
                        cost.trainForwardMacs(),
                        ended.values().stream().mapToDouble(Ended::seconds).sum()));
        totalMacs += cost.totalMacs();
        if (newModel && modelled.cardinality() == members) {
            snapshotVersion = one.arrival();
        }
        newModel = false;
        ended.clear();
    }

    private static <T> void keep(List<T> list, T newest) {
        list.add(newest);
        if (list.size() > Progress.KEPT) {
            list.remove(0);
        }
    }

    void write(DataOutput out) throws IOException {
        out.writeInt(sessions.size());
        for (Trained s : sessions) {
            out.writeLong(s.session());
            out.writeLong(s.arrival());
            out.writeLong(s.examples());
            out.writeLong(s.distinctExamplesSoFar());
            out.writeDouble(s.validationAccuracy());
            out.writeLong(s.totalMacs());
            out.writeLong(s.trainForwardMacs());
            out.writeDouble(s.seconds());
        }
        out.writeInt(arrivals.size());
        for (Prequential p : arrivals) {
            out.writeLong(p.arrival());
            out.writeLong(p.examples());
            out.writeDouble(p.error());
            out.writeDouble(p.loss());
            out.writeLong(p.snapshotVersion());
        }
        out.writeLong(totalMacs);
        out.writeLong(snapshotVersion);
        out.writeBoolean(newModel);
        for (int member = 0; member < members; member++) {
            out.writeBoolean(modelled.get(member));
        }
        out.writeInt(ended.size());
        for (var entry : ended.entrySet()) {
            Ended e = entry.getValue();
            out.writeInt(entry.getKey());
            out.writeLong(e.session());
            out.writeLong(e.arrival());
            out.writeLong(e.examples());
            out.writeDouble(e.accuracy());
            StateCodec.write(out, e.cost());
            out.writeDouble(e.seconds());
        }
    }

    /** Takes over what {@link #write} wrote; only before anything was said. */
    void restore(DataInput in) throws IOException {
        for (int left = in.readInt(); left > 0; left--) {
            sessions.add(
                    new Trained(
                            in.readLong(),
                            in.readLong(),
                            in.readLong(),
                            in.readLong(),
                            in.readDouble(),
                            in.readLong(),
                            in.readLong(),
                            in.readDouble()));
        }
        for (int left = in.readInt(); left > 0; left--) {
            arrivals.add(
                    new Prequential(
                            in.readLong(),
                            in.readLong(),
                            in.readDouble(),
                            in.readDouble(),
                            in.readLong()));
        }
        totalMacs = in.readLong();
        snapshotVersion = in.readLong();
        newModel = in.readBoolean();
        for (int member = 0; member < members; member++) {
            modelled.set(member, in.readBoolean());
        }
        for (int left = in.readInt(); left > 0; left--) {
            ended.put(
                    in.readInt(),
                    new Ended(
                            in.readLong(),
                            in.readLong(),
                            in.readLong(),
                            in.readDouble(),
                            StateCodec.readCost(in),
                            in.readDouble()));
        }
    }
}
