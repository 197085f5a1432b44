package org.almaflow.pipeline.member;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.almaflow.learning.experiment.Experiment;
import org.almaflow.learning.experiment.LearnerSpec;
import org.almaflow.learning.experiment.Settings;
import org.almaflow.learning.family.Averaging;
import org.almaflow.learning.member.ChunkReader;
import org.almaflow.learning.session.PredictionSum;
import org.almaflow.learning.session.Score;
import org.almaflow.pipeline.flow.ChunkArrived;
import org.almaflow.pipeline.flow.CombineState;
import org.almaflow.pipeline.flow.MemberDirective;
import org.almaflow.pipeline.flow.MemberModel;
import org.almaflow.pipeline.flow.MemberOutcome;
import org.almaflow.pipeline.flow.ReplacedModel;
import org.almaflow.pipeline.store.Specs;
import org.almaflow.schemas.ChunkLineage;
import org.almaflow.schemas.EvaluationEvent;
import org.almaflow.schemas.Measure;
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
    private final PrequentialScore prequential;
    private final int keep;
    private final Map<String, String> settings;

    /** Whether the learner predicts tokens, and cross-entropy measures it. */
    private final boolean tokens;

    /** Labels of the holdout, once joint predictions were scored. */
    private int[] labels;

    /**
     * @param chunks reads the holdout's labels, for families that predict with several members
     * @param keep newest snapshots whose model files are kept; {@link Integer#MAX_VALUE} for all
     */
    OutcomeJoin(
            Experiment experiment, LearnerSpec learner, String run, ChunkReader chunks, int keep) {
        this.experiment = experiment;
        this.learner = learner;
        this.run = run;
        this.chunks = chunks;
        this.prequential = new PrequentialScore(chunks);
        this.keep = keep;
        this.settings = Settings.of(experiment, learner);
        this.tokens = learner.network().tokens();
    }

    /**
     * What a learner publishes.
     *
     * @param evaluation of an arrival; empty for a session that a timer opened after one
     * @param last whether the stream has no arrival after this one
     * @param expired paths of model files that none of the snapshots to keep names any more
     */
    record Published(
            Optional<EvaluationEvent> evaluation,
            Optional<SnapshotEvent> snapshot,
            boolean last,
            List<String> expired) {}

    /** State of a learner that has published nothing yet. */
    static CombineState begin() {
        return new CombineState(
                new ArrayList<>(),
                0L,
                null,
                0L,
                0L,
                0d,
                new ArrayList<>(),
                0L,
                0d,
                0L,
                0d,
                0L,
                new ArrayList<>());
    }

    /**
     * Takes one member's outcome; gives what is to be published when it was the last missing. A
     * member's outcomes come in order, so that those of a timer's session after an arrival are
     * whole before those of the next arrival are.
     *
     * @throws IOException when the holdout cannot be read
     */
    Optional<Published> join(CombineState state, MemberOutcome outcome) throws IOException {
        state.getOutcomes().add(outcome);
        List<MemberOutcome> joined =
                state.getOutcomes().stream()
                        .filter(o -> together(o, outcome))
                        .sorted(Comparator.comparingInt(o -> o.getDirective().getMember()))
                        .toList();
        if (joined.size() < learner.family().members()) {
            return Optional.empty();
        }
        state.setOutcomes(
                new ArrayList<>(
                        state.getOutcomes().stream().filter(o -> !together(o, outcome)).toList()));
        return Optional.of(
                outcome.getDirective().getTimer() ? adopt(state, joined) : publish(state, joined));
    }

    private static boolean together(MemberOutcome one, MemberOutcome other) {
        return one.getDirective().getArrival() == other.getDirective().getArrival()
                && one.getDirective().getTimer() == other.getDirective().getTimer();
    }

    /** A timer's session: its model counts from the next arrival on. */
    private Published adopt(CombineState state, List<MemberOutcome> joined) throws IOException {
        score(state, joined);
        Optional<SnapshotEvent> snapshot = snapshot(state, joined);
        return new Published(Optional.empty(), snapshot, false, expire(state));
    }

    private Published publish(CombineState state, List<MemberOutcome> joined) throws IOException {
        MemberDirective directive = joined.get(0).getDirective();
        if (directive.getArrival() == 0 && joined.size() > 1) {
            state.setHoldout(directive.getFresh().get(0));
        }
        Score score = score(state, joined);
        Score before = prequential.of(joined);
        Optional<SnapshotEvent> snapshot = snapshot(state, joined);
        if (directive.getArrival() > 0) {
            state.setCumulativeError(state.getCumulativeError() + measured(score));
            state.setCumulativeParameters(state.getCumulativeParameters() + parameters(joined));
        }
        if (before.examples() > 0) {
            state.setCumulativePrequentialError(
                    state.getCumulativePrequentialError() + measured(before));
        }
        state.setNext(directive.getArrival() + 1);
        return new Published(
                Optional.of(evaluation(state, joined, score, before)),
                snapshot,
                directive.getChunks() > 0 && directive.getArrival() == directive.getChunks(),
                expire(state));
    }

    /** Forgets the replaced models that no snapshot to keep names, and returns their paths. */
    private List<String> expire(CombineState state) {
        List<String> newest = state.getModels().stream().map(MemberModel::getPath).toList();
        List<String> expired = new ArrayList<>();
        List<ReplacedModel> kept = new ArrayList<>();
        for (ReplacedModel model : state.getReplaced()) {
            if (newest.contains(model.getPath())) {
                continue;
            }
            if (state.getSnapshots() - model.getUntil() + 1 >= keep) {
                expired.add(model.getPath());
            } else {
                kept.add(model);
            }
        }
        state.setReplaced(kept);
        return expired;
    }

    private static long parameters(List<MemberOutcome> joined) {
        return joined.stream().mapToLong(MemberOutcome::getParameters).sum();
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
                models.stream()
                        .filter(m -> m.getIndex() == model.getIndex())
                        .forEach(m -> replace(state, m));
                models.removeIf(m -> m.getIndex() == model.getIndex());
                models.add(model);
                trained = true;
            }
        }
        models.sort(Comparator.comparingInt(MemberModel::getIndex));
        state.setModels(models);
        return trained && models.size() >= learner.family().members();
    }

    /** Remembers a model that is replaced, unless files are kept for ever. */
    private void replace(CombineState state, MemberModel model) {
        if (keep != Integer.MAX_VALUE) {
            state.getReplaced().add(new ReplacedModel(model.getPath(), state.getSnapshots() + 1));
        }
    }

    private EvaluationEvent evaluation(
            CombineState state, List<MemberOutcome> joined, Score score, Score before) {
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
                .setError(measured(score))
                .setLoss(score.loss())
                .setHoldoutExamples(score.examples())
                .setCumulativeError(state.getCumulativeError())
                .setParameters(parameters(joined))
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
                .setPrequentialExamples(before.examples())
                .setPrequentialError(measured(before))
                .setPrequentialLoss(before.loss())
                .setCumulativePrequentialError(state.getCumulativePrequentialError())
                .setPrequentialMacs(
                        joined.stream().mapToLong(MemberOutcome::getPrequentialMacs).sum())
                .setSettings(settings)
                .setMeasure(measure(tokens))
                .setPerplexity(tokens ? score.perplexity() : 0)
                .build();
    }

    /** What the learner is measured by. */
    private double measured(Score score) {
        return tokens ? score.loss() : score.error();
    }

    /** What the error of a learner is that predicts tokens, or classes. */
    static Measure measure(boolean tokens) {
        return tokens ? Measure.CROSS_ENTROPY : Measure.ERROR;
    }

    /** The new models as a snapshot; empty when there is none or some member still has none. */
    private Optional<SnapshotEvent> snapshot(CombineState state, List<MemberOutcome> joined) {
        if (!adoptModels(state, joined)) {
            return Optional.empty();
        }
        MemberDirective directive = joined.get(0).getDirective();
        state.setSnapshotVersion(directive.getArrival());
        state.setSnapshots(state.getSnapshots() + 1);
        List<ChunkArrived> fresh = directive.getFresh();
        SnapshotEvent snapshot =
                SnapshotEvent.newBuilder()
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
                        .setParameters(parameters(joined))
                        .setValidationAccuracy(
                                state.getModels().stream()
                                        .mapToDouble(MemberModel::getValidationAccuracy)
                                        .average()
                                        .orElseThrow())
                        .setAt(availableAt(joined))
                        .setAveraging(
                                learner.family().averaging().map(Averaging::name).orElse(null))
                        .build();
        return Optional.of(snapshot);
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
