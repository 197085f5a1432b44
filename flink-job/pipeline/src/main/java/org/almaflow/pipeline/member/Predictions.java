package org.almaflow.pipeline.member;

import java.nio.ByteBuffer;
import org.almaflow.learning.family.Averaging;
import org.almaflow.learning.session.PredictionSum;
import org.almaflow.pipeline.flow.MemberPredictions;

/** Predictions of a member as a record. */
final class Predictions {
    private Predictions() {}

    static MemberPredictions write(PredictionSum p) {
        ByteBuffer bytes = ByteBuffer.allocate(Math.multiplyExact(p.sum().length, Float.BYTES));
        bytes.asFloatBuffer().put(p.sum());
        return new MemberPredictions(p.averaging().name(), p.classes(), p.networks(), bytes);
    }

    static PredictionSum read(MemberPredictions p) {
        float[] sum = new float[p.getSum().remaining() / Float.BYTES];
        p.getSum().duplicate().asFloatBuffer().get(sum);
        Averaging averaging = Averaging.valueOf(p.getAveraging());
        return new PredictionSum(averaging, p.getClasses(), p.getNetworks(), sum);
    }
}
