package org.almaflow.pipeline.member;

import org.apache.flink.util.FlinkException;

/** A learner is not the one whose state it would get; the message is for the user. */
public final class LearnerChangedException extends FlinkException {
    private static final long serialVersionUID = 1;

    LearnerChangedException(String message) {
        super(message);
    }
}
