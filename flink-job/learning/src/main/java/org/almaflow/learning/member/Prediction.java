package org.almaflow.learning.member;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.almaflow.learning.session.PredictionSum;
import org.almaflow.learning.session.Score;
import org.almaflow.learning.session.StateCodec;

/**
 * How a member predicted a chunk that it had not trained on (SEMANTICS, prequential error).
 *
 * @param chunk index of the chunk; 0 for {@link #NONE}
 * @param score of the member's own predictor
 * @param sum its predictions, where several members predict together
 * @param macs forward multiply-accumulates that it took; no {@link
 *     org.almaflow.learning.session.Cost} counts them
 */
public record Prediction(long chunk, Score score, Optional<PredictionSum> sum, long macs) {
    /** Of no chunk. */
    public static final Prediction NONE = new Prediction(0, Score.NONE, Optional.empty(), 0);

    /**
     * Score of the prediction that all members make together.
     *
     * @param members one each, in the members' order; all of {@code ref}
     * @param chunks reads the labels where there are several
     */
    public static Score joint(List<Prediction> members, ChunkReader chunks, ChunkRef ref)
            throws IOException {
        if (members.size() == 1) {
            return members.get(0).score();
        }
        return members.stream()
                .map(p -> p.sum().orElseThrow())
                .reduce(PredictionSum::plus)
                .orElseThrow()
                .score(chunks.read(ref).labels());
    }

    void write(DataOutput out) throws IOException {
        out.writeLong(chunk);
        StateCodec.write(out, score);
        out.writeBoolean(sum.isPresent());
        if (sum.isPresent()) {
            StateCodec.write(out, sum.get());
        }
        out.writeLong(macs);
    }

    static Prediction read(DataInput in) throws IOException {
        return new Prediction(
                in.readLong(),
                StateCodec.readScore(in),
                in.readBoolean() ? Optional.of(StateCodec.readPredictions(in)) : Optional.empty(),
                in.readLong());
    }
}
