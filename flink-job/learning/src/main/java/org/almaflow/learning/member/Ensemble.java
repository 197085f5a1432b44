package org.almaflow.learning.member;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import org.almaflow.learning.member.ModelWriter.ModelRef;
import org.almaflow.learning.session.PredictionSum;
import org.almaflow.learning.session.StateCodec;

/**
 * Predictions on the holdout of all networks of a growing ensemble, which change once a session.
 * Immutable. The state refers to their file.
 *
 * @param file null only in a state of version 1, which holds the predictions itself
 * @param sum null until {@link #load}
 */
record Ensemble(ModelRef file, PredictionSum sum) {
    /** Keeps {@code sum} in a file. */
    static Ensemble kept(PredictionSum sum, ModelFiles files, String learner, int member)
            throws IOException {
        byte[] bytes = MemberState.bytes(out -> StateCodec.write(out, sum));
        return new Ensemble(files.keep(learner, member, bytes), sum);
    }

    Ensemble load(ModelFiles files) throws IOException {
        return sum != null
                ? this
                : new Ensemble(
                        file, StateCodec.readPredictions(MemberState.input(files.read(file))));
    }

    void write(DataOutput out) throws IOException {
        out.writeBoolean(file != null);
        if (file != null) {
            MemberState.write(out, file);
        } else {
            StateCodec.write(out, sum);
        }
    }

    static Ensemble read(DataInput in) throws IOException {
        return in.readBoolean()
                ? new Ensemble(MemberState.readModel(in), null)
                : new Ensemble(null, StateCodec.readPredictions(in));
    }
}
