package org.almaflow.pipeline.member;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.almaflow.learning.experiment.Experiment;
import org.almaflow.learning.experiment.LearnerSpec;
import org.almaflow.learning.session.Score;
import org.almaflow.pipeline.flow.ChunkArrived;
import org.almaflow.pipeline.flow.CombineState;
import org.almaflow.pipeline.flow.MemberDirective;
import org.almaflow.pipeline.flow.MemberOutcome;
import org.almaflow.pipeline.store.Specs;
import org.almaflow.schemas.ChunkLineage;
import org.almaflow.schemas.EvaluationEvent;
import org.almaflow.schemas.ModelFile;
import org.almaflow.schemas.SnapshotEvent;

/**
 * Joins what the members of a learner did for one arrival. The state it works on belongs to the
 * caller.
 */
record OutcomeJoin(Experiment experiment, LearnerSpec learner, String run) {
    /** What a learner publishes for one arrival. */
    record Published(EvaluationEvent evaluation, Optional<SnapshotEvent> snapshot, boolean last) {}

    /** State of a learner that has published nothing yet. */
    static CombineState begin() {
        return new CombineState(new ArrayList<>(), 0L, 0L, 0d, 0L);
    }

    /** Takes one member's outcome; gives what is to be published when it was the last missing. */
    Optional<Published> join(CombineState state, MemberOutcome outcome) {
        state.getOutcomes().add(outcome);
        List<MemberOutcome> joined =
                state.getOutcomes().stream()
                        .filter(o -> o.getDirective().getArrival() == state.getNext())
                        .sorted(Comparator.comparingInt(o -> o.getDirective().getMember()))
                        .toList();
        if (joined.size() < learner.family().members()) {
            return Optional.empty();
        }
        state.setOutcomes(
                new ArrayList<>(
                        state.getOutcomes().stream()
                                .filter(o -> o.getDirective().getArrival() != state.getNext())
                                .toList()));
        return Optional.of(publish(state, joined));
    }

    private Published publish(CombineState state, List<MemberOutcome> joined) {
        MemberDirective directive = joined.get(0).getDirective();
        Score score = score(joined);
        long parameters = joined.stream().mapToLong(MemberOutcome::getParameters).sum();
        boolean model = joined.stream().allMatch(o -> o.getModel() != null);
        if (model) {
            state.setSnapshotVersion(directive.getArrival());
        }
        if (directive.getArrival() > 0) {
            state.setCumulativeError(state.getCumulativeError() + score.error());
            state.setCumulativeParameters(state.getCumulativeParameters() + parameters);
        }
        state.setNext(directive.getArrival() + 1);
        return new Published(
                evaluation(state, joined, score, parameters),
                model ? Optional.of(snapshot(joined, parameters)) : Optional.empty(),
                directive.getChunks() > 0 && directive.getArrival() == directive.getChunks());
    }

    /**
     * Score of the learner's predictor. With one member it is that member's; a family that predicts
     * with several members joins their predictions here.
     */
    private Score score(List<MemberOutcome> joined) {
        if (joined.size() > 1) {
            throw new IllegalStateException(
                    "family %s has no joint prediction of %d members"
                            .formatted(learner.family().label(), joined.size()));
        }
        MemberOutcome only = joined.get(0);
        return new Score(
                only.getHoldoutExamples(), only.getHoldoutWrong(), only.getHoldoutLossSum());
    }

    private EvaluationEvent evaluation(
            CombineState state, List<MemberOutcome> joined, Score score, long parameters) {
        MemberDirective directive = joined.get(0).getDirective();
        return EvaluationEvent.newBuilder()
                .setRun(run)
                .setExperiment(experiment.name())
                .setStream(experiment.stream().name())
                .setLearner(learner.id())
                .setFamily(learner.family().label())
                .setWaiting(learner.waiting().describe())
                .setSeed(learner.seed())
                .setArrival(directive.getArrival())
                .setChunks(directive.getChunks())
                .setTrained(directive.getTrain())
                .setSnapshotVersion(state.getSnapshotVersion())
                .setError(score.error())
                .setLoss(score.loss())
                .setHoldoutExamples(score.examples())
                .setCumulativeError(state.getCumulativeError())
                .setParameters(parameters)
                .setCumulativeParameters(state.getCumulativeParameters())
                .setTrainForwardMacs(
                        joined.stream().mapToLong(MemberOutcome::getTrainForwardMacs).sum())
                .setTotalMacs(joined.stream().mapToLong(MemberOutcome::getTotalMacs).sum())
                .setSessions(directive.getSession())
                .setEpochs(joined.stream().mapToLong(MemberOutcome::getEpochs).sum())
                .setExamplesTrained(
                        joined.stream().mapToLong(MemberOutcome::getExamplesTrained).sum())
                .setTrainSeconds(joined.stream().mapToDouble(MemberOutcome::getTrainSeconds).sum())
                .setArrivedAt(Instant.ofEpochMilli(directive.getArrivedAt()))
                .setAvailableAt(availableAt(joined))
                .build();
    }

    private SnapshotEvent snapshot(List<MemberOutcome> joined, long parameters) {
        MemberDirective directive = joined.get(0).getDirective();
        List<ChunkArrived> fresh = directive.getFresh();
        return SnapshotEvent.newBuilder()
                .setRun(run)
                .setExperiment(experiment.name())
                .setStream(experiment.stream().name())
                .setLearner(learner.id())
                .setFamily(learner.family().label())
                .setVersion(directive.getArrival())
                .setSession(directive.getSession())
                .setSpec(Specs.decode(fresh.get(0).getSpec()))
                .setMembers(joined.stream().map(OutcomeJoin::modelFile).toList())
                .setLineage(fresh.stream().map(OutcomeJoin::lineage).toList())
                .setParameters(parameters)
                .setValidationAccuracy(
                        joined.stream()
                                .mapToDouble(o -> o.getModel().getValidationAccuracy())
                                .average()
                                .orElseThrow())
                .setAt(availableAt(joined))
                .build();
    }

    private static Instant availableAt(List<MemberOutcome> joined) {
        return Instant.ofEpochMilli(
                joined.stream().mapToLong(MemberOutcome::getAvailableAt).max().orElseThrow());
    }

    private static ModelFile modelFile(MemberOutcome outcome) {
        return new ModelFile(
                outcome.getDirective().getMember(),
                outcome.getModel().getPath(),
                outcome.getModel().getSha256(),
                outcome.getModel().getBytes(),
                outcome.getModel().getNetwork());
    }

    private static ChunkLineage lineage(ChunkArrived chunk) {
        return new ChunkLineage(
                chunk.getChunk(),
                chunk.getExamples(),
                chunk.getPath(),
                chunk.getSha256(),
                chunk.getPartition(),
                chunk.getFirstOffset(),
                chunk.getLastOffset(),
                chunk.getMissingSlices());
    }
}
