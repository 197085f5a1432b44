package org.almaflow.pipeline.member;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.almaflow.learning.experiment.Experiment;
import org.almaflow.learning.experiment.LearnerSpec;
import org.almaflow.learning.family.Averaging;
import org.almaflow.learning.member.ChunkReader;
import org.almaflow.learning.session.PredictionSum;
import org.almaflow.learning.session.Score;
import org.almaflow.pipeline.flow.ChunkArrived;
import org.almaflow.pipeline.flow.CombineState;
import org.almaflow.pipeline.flow.MemberDirective;
import org.almaflow.pipeline.flow.MemberModel;
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
final class OutcomeJoin {
    private final Experiment experiment;
    private final LearnerSpec learner;
    private final String run;
    private final ChunkReader chunks;

    /** Labels of the holdout, once joint predictions were scored. */
    private int[] labels;

    /**
     * @param chunks reads the holdout's labels, for families that predict with several members
     */
    OutcomeJoin(Experiment experiment, LearnerSpec learner, String run, ChunkReader chunks) {
        this.experiment = experiment;
        this.learner = learner;
        this.run = run;
        this.chunks = chunks;
    }

    /** What a learner publishes for one arrival. */
    record Published(EvaluationEvent evaluation, Optional<SnapshotEvent> snapshot, boolean last) {}

    /** State of a learner that has published nothing yet. */
    static CombineState begin() {
        return new CombineState(
                new ArrayList<>(), 0L, null, 0L, 0L, 0d, new ArrayList<>(), 0L, 0d, 0L);
    }

    /**
     * Takes one member's outcome; gives what is to be published when it was the last missing.
     *
     * @throws IOException when the holdout cannot be read
     */
    Optional<Published> join(CombineState state, MemberOutcome outcome) throws IOException {
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

    private Published publish(CombineState state, List<MemberOutcome> joined) throws IOException {
        MemberDirective directive = joined.get(0).getDirective();
        if (directive.getArrival() == 0 && joined.size() > 1) {
            state.setHoldout(directive.getFresh().get(0));
        }
        Score score = score(state, joined);
        long parameters = joined.stream().mapToLong(MemberOutcome::getParameters).sum();
        boolean model = adoptModels(state, joined);
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
                model ? Optional.of(snapshot(state, joined, parameters)) : Optional.empty(),
                directive.getChunks() > 0 && directive.getArrival() == directive.getChunks());
    }

    /** Score of the learner's newest predictor, which stays while no member has another one. */
    private Score score(CombineState state, List<MemberOutcome> joined) throws IOException {
        Optional<Score> newer = newScore(state, joined);
        newer.ifPresent(
                score -> {
                    state.setHoldoutExamples(score.examples());
                    state.setHoldoutWrong(score.wrong());
                    state.setHoldoutLossSum(score.lossSum());
                });
        return new Score(
                state.getHoldoutExamples(), state.getHoldoutWrong(), state.getHoldoutLossSum());
    }

    private Optional<Score> newScore(CombineState state, List<MemberOutcome> joined)
            throws IOException {
        if (joined.size() == 1) {
            MemberOutcome only = joined.get(0);
            return Optional.of(
                    new Score(
                            only.getHoldoutExamples(),
                            only.getHoldoutWrong(),
                            only.getHoldoutLossSum()));
        }
        if (joined.stream().anyMatch(o -> o.getPredictions() == null)) {
            return Optional.empty();
        }
        PredictionSum sum =
                joined.stream()
                        .map(o -> Predictions.read(o.getPredictions()))
                        .reduce(PredictionSum::plus)
                        .orElseThrow();
        return Optional.of(sum.score(labels(state.getHoldout())));
    }

    private int[] labels(ChunkArrived holdout) throws IOException {
        if (labels == null) {
            labels = chunks.read(Chunks.ref(holdout)).labels();
        }
        return labels;
    }

    /** Takes over the new models; whether there is one and now every member has one. */
    private boolean adoptModels(CombineState state, List<MemberOutcome> joined) {
        List<MemberModel> models = new ArrayList<>(state.getModels());
        boolean trained = false;
        for (MemberOutcome outcome : joined) {
            MemberModel model = outcome.getModel();
            if (model != null) {
                models.removeIf(m -> m.getIndex() == model.getIndex());
                models.add(model);
                trained = true;
            }
        }
        models.sort(Comparator.comparingInt(MemberModel::getIndex));
        state.setModels(models);
        return trained && models.size() >= learner.family().members();
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

    private SnapshotEvent snapshot(
            CombineState state, List<MemberOutcome> joined, long parameters) {
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
                .setMembers(state.getModels().stream().map(OutcomeJoin::modelFile).toList())
                .setLineage(fresh.stream().map(OutcomeJoin::lineage).toList())
                .setParameters(parameters)
                .setValidationAccuracy(
                        state.getModels().stream()
                                .mapToDouble(MemberModel::getValidationAccuracy)
                                .average()
                                .orElseThrow())
                .setAt(availableAt(joined))
                .setAveraging(learner.family().averaging().map(Averaging::name).orElse(null))
                .build();
    }

    private static Instant availableAt(List<MemberOutcome> joined) {
        return Instant.ofEpochMilli(
                joined.stream().mapToLong(MemberOutcome::getAvailableAt).max().orElseThrow());
    }

    private static ModelFile modelFile(MemberModel model) {
        return new ModelFile(
                model.getIndex(),
                model.getPath(),
                model.getSha256(),
                model.getBytes(),
                model.getNetwork());
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
