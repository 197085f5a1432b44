package org.almaflow.pipeline.predict;

import java.io.Serial;
import org.almaflow.schemas.PredictStatus;

/** Why a request has no prediction; the message is one sentence for who asked. */
final class RefusedException extends Exception {
    @Serial private static final long serialVersionUID = 1;
    private final PredictStatus status;

    RefusedException(PredictStatus status, String message) {
        super(message, null, false, false);
        this.status = status;
    }

    PredictStatus status() {
        return status;
    }
}
