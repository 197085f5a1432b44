package org.almaflow.pipeline.member;

import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.almaflow.learning.experiment.Experiment;
import org.almaflow.learning.experiment.LearnerSpec;
import org.almaflow.learning.member.MemberResult;
import org.almaflow.learning.member.ModelWriter.ModelRef;
import org.almaflow.learning.member.Prediction;
import org.almaflow.learning.member.SessionReport;
import org.almaflow.learning.network.NetworkJson;
import org.almaflow.pipeline.flow.MemberDirective;
import org.almaflow.pipeline.flow.MemberModel;
import org.almaflow.pipeline.flow.MemberOutcome;
import org.almaflow.schemas.SessionEvent;
import org.almaflow.schemas.SessionPhase;

/** What one member has to say, as records. */
record Events(Experiment experiment, LearnerSpec learner, String run, int member, Clock clock) {
    SessionEvent session(SessionReport report) {
        return SessionEvent.newBuilder()
                .setRun(run)
                .setExperiment(experiment.name())
                .setStream(experiment.stream().name())
                .setLearner(learner.id())
                .setMember(member)
                .setSession(report.session())
                .setArrival(report.arrival())
                .setPhase(SessionPhase.valueOf(report.phase().name()))
                .setReason(report.reason())
                .setChunks(report.chunks())
                .setTrainExamples(report.trainExamples())
                .setValidationExamples(report.validationExamples())
                .setEpoch(report.epoch())
                .setMaxEpochs(report.maxEpochs())
                .setTrainLoss(report.trainLoss())
                .setValidationLoss(report.validationLoss())
                .setValidationAccuracy(report.validationAccuracy())
                .setBestValidationAccuracy(report.bestValidationAccuracy())
                .setExamplesTrained(report.cost().examples())
                .setTrainForwardMacs(report.cost().trainForwardMacs())
                .setTotalMacs(report.cost().totalMacs())
                .setSeconds(report.seconds())
                .setAt(Instant.now(clock).truncatedTo(ChronoUnit.MILLIS))
                .build();
    }

    MemberOutcome outcome(MemberDirective directive, MemberResult result) {
        if (directive.getArrival() != result.arrival()) {
            throw new IllegalStateException(
                    "member %d has a result of arrival %d where arrival %d is due"
                            .formatted(member, result.arrival(), directive.getArrival()));
        }
        Prediction prediction = result.prediction();
        return MemberOutcome.newBuilder()
                .setDirective(directive)
                .setSession(result.session())
                .setEpochs(result.epochs())
                .setExamplesTrained(result.cost().examples())
                .setTrainForwardMacs(result.cost().trainForwardMacs())
                .setTotalMacs(result.cost().totalMacs())
                .setTrainSeconds(result.trainSeconds())
                .setHoldoutExamples(result.holdout().examples())
                .setHoldoutWrong(result.holdout().wrong())
                .setHoldoutLossSum(result.holdout().lossSum())
                .setParameters(result.parameters())
                .setPredictions(result.predictions().map(Predictions::write).orElse(null))
                .setModel(result.model().map(Events::model).orElse(null))
                .setAvailableAt(clock.millis())
                .setPrequentialExamples(prediction.score().examples())
                .setPrequentialWrong(prediction.score().wrong())
                .setPrequentialLossSum(prediction.score().lossSum())
                .setPrequentialMacs(result.predictionMacs())
                .setPrequentialPredictions(prediction.sum().map(Predictions::write).orElse(null))
                .build();
    }

    private static MemberModel model(MemberResult.TrainedModel model) {
        ModelRef file = model.file();
        return new MemberModel(
                model.index(),
                file.path(),
                file.sha256(),
                file.bytes(),
                NetworkJson.write(model.network()),
                model.validationAccuracy());
    }
}
