package org.almaflow.learning.member;

/** Receives what a member has to say, in order, from the thread that steps it. */
public interface MemberListener {
    /** A session was opened, finished an epoch or ended. */
    void onSession(SessionReport report);

    /** The directive of one arrival is done. */
    void onResult(MemberResult result);
}
