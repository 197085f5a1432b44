package org.almaflow.learning.member;

import java.util.ArrayList;
import java.util.List;

/** Keeps what members say, without the times that differ from run to run. */
final class TestingListener implements MemberListener {
    final List<SessionReport> sessions = new ArrayList<>();
    final List<MemberResult> results = new ArrayList<>();

    @Override
    public void onSession(SessionReport r) {
        sessions.add(
                new SessionReport(
                        r.phase(),
                        r.session(),
                        r.arrival(),
                        r.reason(),
                        r.chunks(),
                        r.trainExamples(),
                        r.validationExamples(),
                        r.epoch(),
                        r.maxEpochs(),
                        r.trainLoss(),
                        r.validationLoss(),
                        r.validationAccuracy(),
                        r.bestValidationAccuracy(),
                        r.cost(),
                        0));
    }

    @Override
    public void onResult(MemberResult r) {
        results.add(
                new MemberResult(
                        r.arrival(),
                        r.trained(),
                        r.session(),
                        r.epochs(),
                        r.cost(),
                        0,
                        r.holdout(),
                        r.parameters(),
                        r.predictions(),
                        r.model(),
                        r.prediction(),
                        r.predictionMacs()));
    }
}
