package org.almaflow.learning.growth;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.almaflow.learning.session.StateCodec;

/** Binary form of candidates, a part of the member's state, which carries the version. */
final class CandidateCodec {
    private CandidateCodec() {}

    static void write(DataOutput out, List<ScoredCandidate> candidates) throws IOException {
        out.writeInt(candidates.size());
        for (ScoredCandidate scored : candidates) {
            out.writeDouble(scored.score());
            out.writeInt(scored.candidate().layer());
            out.writeBoolean(scored.candidate() instanceof Candidate.Split);
            if (scored.candidate() instanceof Candidate.Split split) {
                out.writeInt(split.channel());
                StateCodec.write(out, split.direction());
            } else {
                Candidate.New added = (Candidate.New) scored.candidate();
                StateCodec.write(out, added.incoming());
                StateCodec.write(out, added.outgoing());
                out.writeFloat(added.mean());
                out.writeFloat(added.variance());
            }
        }
    }

    static List<ScoredCandidate> read(DataInput in) throws IOException {
        List<ScoredCandidate> candidates = new ArrayList<>();
        int count = in.readInt();
        for (int i = 0; i < count; i++) {
            double score = in.readDouble();
            candidates.add(new ScoredCandidate(readOne(in), score));
        }
        return candidates;
    }

    private static Candidate readOne(DataInput in) throws IOException {
        int layer = in.readInt();
        if (in.readBoolean()) {
            return new Candidate.Split(layer, in.readInt(), StateCodec.readFloats(in));
        }
        return new Candidate.New(
                layer,
                StateCodec.readFloats(in),
                StateCodec.readFloats(in),
                in.readFloat(),
                in.readFloat());
    }
}
