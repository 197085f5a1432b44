package org.almaflow.schemas;

import java.util.List;
import org.apache.avro.specific.SpecificRecord;

/** The records that are stored or sent, each with a stored schema history. */
final class Records {

    static final List<Class<? extends SpecificRecord>> ALL =
            List.of(
                    ChunkSlice.class,
                    SessionEvent.class,
                    EvaluationEvent.class,
                    SnapshotEvent.class,
                    DecisionEvent.class,
                    DeadLetter.class,
                    PredictRequest.class,
                    PredictResponse.class);

    private Records() {}
}
