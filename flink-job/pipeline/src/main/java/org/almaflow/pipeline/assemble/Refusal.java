package org.almaflow.pipeline.assemble;

import org.almaflow.schemas.DeadLetterReason;

/**
 * Why a slice cannot be used.
 *
 * @param detail one sentence for a person
 * @param accounted whether its indices can be trusted, so that its chunk need not wait for it
 */
public record Refusal(DeadLetterReason reason, String detail, boolean accounted) {
    /** The slice leaves no trace in its chunk. */
    public static Refusal unaccounted(DeadLetterReason reason, String detail) {
        return new Refusal(reason, detail, false);
    }

    /** The chunk arrives without the slice. */
    static Refusal accounted(DeadLetterReason reason, String detail) {
        return new Refusal(reason, detail, true);
    }
}
