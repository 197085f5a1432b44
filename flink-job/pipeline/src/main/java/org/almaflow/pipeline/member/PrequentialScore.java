package org.almaflow.pipeline.member;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.almaflow.learning.member.ChunkReader;
import org.almaflow.learning.member.Prediction;
import org.almaflow.learning.session.Score;
import org.almaflow.pipeline.flow.ChunkArrived;
import org.almaflow.pipeline.flow.MemberOutcome;

/** How a learner predicted a chunk before any of its members trained on it. */
record PrequentialScore(ChunkReader chunks) {
    /**
     * Score of the members' joint prediction; of no example where nothing was predicted.
     *
     * @param joined one outcome a member, in the members' order
     */
    Score of(List<MemberOutcome> joined) throws IOException {
        ChunkArrived newest = joined.get(0).getDirective().getNewest();
        return newest == null
                ? Score.NONE
                : Prediction.joint(
                        joined.stream().map(PrequentialScore::prediction).toList(),
                        chunks,
                        Chunks.ref(newest));
    }

    private static Prediction prediction(MemberOutcome outcome) {
        return new Prediction(
                outcome.getDirective().getArrival(),
                new Score(
                        outcome.getPrequentialExamples(),
                        outcome.getPrequentialWrong(),
                        outcome.getPrequentialLossSum()),
                Optional.ofNullable(outcome.getPrequentialPredictions()).map(Predictions::read),
                outcome.getPrequentialMacs());
    }
}
