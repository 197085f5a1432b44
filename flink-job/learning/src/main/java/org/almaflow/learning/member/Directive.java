package org.almaflow.learning.member;

import java.util.List;

/**
 * What a member is to do for one arrival. Directives come in order of arrivals, beginning with
 * arrival 0 (the holdout), for which the untrained predictor is evaluated.
 *
 * @param arrival arrival index t
 * @param train whether the waiting policy opened a session
 * @param session index of that session from 1, or of the last one so far when {@code train} is
 *     false
 * @param reason why the policy decided so
 * @param chunks the chunks that are new in the session: empty unless {@code train}; for arrival 0
 *     the holdout alone
 */
public record Directive(
        long arrival, boolean train, long session, String reason, List<ChunkRef> chunks) {
    public Directive {
        chunks = List.copyOf(chunks);
    }
}
