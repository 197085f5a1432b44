package org.almaflow.pipeline.member;

import java.io.IOException;
import java.util.List;
import org.almaflow.learning.member.ChunkReader;
import org.almaflow.learning.session.PredictionSum;
import org.almaflow.learning.session.Score;
import org.almaflow.pipeline.flow.ChunkArrived;
import org.almaflow.pipeline.flow.MemberOutcome;

/** How a learner predicted a chunk before any of its members trained on it. */
record PrequentialScore(ChunkReader chunks) {
    /**
     * Score of the members' joint prediction.
     *
     * @param joined one outcome a member, in the members' order
     */
    Score of(List<MemberOutcome> joined) throws IOException {
        MemberOutcome first = joined.get(0);
        ChunkArrived newest = first.getDirective().getNewest();
        if (newest == null || joined.size() == 1) {
            return new Score(
                    first.getPrequentialExamples(),
                    first.getPrequentialWrong(),
                    first.getPrequentialLossSum());
        }
        PredictionSum sum = Predictions.sum(joined, MemberOutcome::getPrequentialPredictions);
        return sum.score(chunks.read(Chunks.ref(newest)).labels());
    }
}
