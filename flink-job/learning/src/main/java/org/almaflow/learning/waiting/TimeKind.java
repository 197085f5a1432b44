package org.almaflow.learning.waiting;

/** Which clock the instants of a {@link WaitingView} are of. */
public enum TimeKind {
    /** The policy reads no clock. */
    NONE,
    /** The machine's clock when the policy is asked; a timer may ask. */
    PROCESSING,
    /** The time at which chunks arrived at the stream; the newest one's is now. */
    EVENT
}
