package org.almaflow.pipeline.member;

import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.almaflow.learning.waiting.Decision;
import org.almaflow.learning.waiting.WaitingView;
import org.almaflow.pipeline.LearnerHandle;
import org.almaflow.pipeline.RecordType;
import org.almaflow.schemas.DecisionEvent;
import org.apache.flink.util.OutputTag;

/** Decisions of a learner's waiting policy as events, wherever they are made. */
record Decisions(DecisionEvent known, Clock clock) {
    /** Where Wait and Train put them out. */
    static final OutputTag<DecisionEvent> OUTPUT =
            RecordType.output("decisions", DecisionEvent.class);

    static Decisions of(LearnerHandle handle, Clock clock) {
        DecisionEvent known = new DecisionEvent();
        known.setRun(handle.options().run());
        known.setExperiment(handle.experiment().name());
        known.setStream(handle.experiment().stream().name());
        known.setLearner(handle.learner());
        known.setWaiting(handle.spec().waiting().describe());
        return new Decisions(known, clock);
    }

    /**
     * The event of one decision.
     *
     * @param index how often the policy was asked, this time included
     * @param view what it was shown
     */
    DecisionEvent event(long index, WaitingView view, Decision decision) {
        return new DecisionEvent(
                known.getRun(),
                known.getExperiment(),
                known.getStream(),
                known.getLearner(),
                known.getWaiting(),
                index,
                view.arrival(),
                view.chunks(),
                view.timer(),
                decision.train(),
                decision.reason(),
                view.bufferedChunks(),
                view.bufferedExamples(),
                view.sessions() + (decision.train() ? 1 : 0),
                decision.figures(),
                Instant.now(clock).truncatedTo(ChronoUnit.MILLIS));
    }
}
