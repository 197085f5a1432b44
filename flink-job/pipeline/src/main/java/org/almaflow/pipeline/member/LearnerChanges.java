package org.almaflow.pipeline.member;

import java.util.List;
import java.util.Map;
import org.almaflow.learning.experiment.Fingerprint;
import org.almaflow.pipeline.member.MemberImageSerializer.Label;

/** Refuses to go on with the state of a learner that is another one now. */
public final class LearnerChanges {
    private LearnerChanges() {}

    /**
     * Compares a learner with the one whose state it gets.
     *
     * @param state what the state says about itself
     * @param now fingerprint of the learner
     * @param run id of the run
     * @throws LearnerChangedException with one sentence that names what differs and the remedy
     */
    public static void check(String learner, Label state, Map<String, String> now, String run)
            throws LearnerChangedException {
        if (!state.run().isEmpty() && !state.run().equals(run)) {
            throw new LearnerChangedException(
                    "the state of learner '%s' is of run '%s' and not of run '%s'; give --run %s"
                            .formatted(learner, state.run(), run, state.run()));
        }
        List<String> changes = Fingerprint.changes(state.fingerprint(), now);
        if (!changes.isEmpty()) {
            throw new LearnerChangedException(
                    ("learner '%s' is not the one whose state this is: %s; change it back, give it"
                                    + " another id, or start it anew with --restart-learner %s")
                            .formatted(learner, String.join(", ", changes), learner));
        }
    }
}
