package org.almaflow.learning.member;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.almaflow.learning.engine.OptimizerSpec;
import org.almaflow.learning.engine.TestingEngine;
import org.almaflow.learning.experiment.Family;
import org.almaflow.learning.experiment.LearnerSpec;
import org.almaflow.learning.experiment.TrainingSpec;
import org.almaflow.learning.member.ModelWriter.ModelRef;
import org.almaflow.learning.network.NetworkTemplate;
import org.almaflow.learning.network.Safetensors;
import org.almaflow.learning.session.Cost;
import org.almaflow.learning.waiting.EveryChunks;
import org.junit.jupiter.api.Test;

class MemberTrainerTest {
    private static final OptimizerSpec ADADELTA = new OptimizerSpec.Adadelta(1, 0.9, 1e-6, 0);

    private final TestingChunks chunks = new TestingChunks();
    private final TestingListener listener = new TestingListener();
    private final Map<String, byte[]> models = new HashMap<>();
    private final List<Directive> directives =
            List.of(
                    new Directive(0, false, 0, "", List.of(chunks.add(0, 300))),
                    new Directive(1, true, 1, "1 of 1", List.of(chunks.add(1, 120))),
                    new Directive(2, false, 1, "1 of 2", List.of()),
                    new Directive(
                            3, true, 2, "2 of 2", List.of(chunks.add(2, 120), chunks.add(3, 60))));

    private static LearnerSpec learner(OptimizerSpec optimizer, TrainingSpec.Start start) {
        return new LearnerSpec(
                "sm",
                Family.SM,
                new NetworkTemplate.Mlp(List.of(8)),
                new EveryChunks(1),
                new TrainingSpec(8, 10, 8, 0.001, 0.2, start, optimizer),
                5);
    }

    private MemberTrainer member(LearnerSpec learner, MemberListener to) {
        return MemberTrainer.create(1, learner, 0, new TestingEngine(), chunks, this::store, to);
    }

    private MemberTrainer member(MemberListener to) {
        return member(learner(ADADELTA, TrainingSpec.Start.WARM), to);
    }

    private ModelRef store(String learner, int member, byte[] file) {
        String path = learner + "-" + java.util.Arrays.hashCode(file);
        models.put(path, file);
        return new ModelRef(path, "sum", file.length);
    }

    private static int finish(MemberTrainer member) throws IOException {
        int steps = 0;
        while (member.hasWork()) {
            member.step();
            steps++;
        }
        return steps;
    }

    private void runAll(MemberTrainer member) throws IOException {
        directives.forEach(member::enqueue);
        finish(member);
    }

    @Test
    void everyArrivalHasOneResultAndTrainingLowersTheError() throws IOException {
        runAll(member(listener));

        assertThat(listener.results)
                .extracting(MemberResult::arrival)
                .containsExactly(0L, 1L, 2L, 3L);
        assertThat(listener.results)
                .extracting(MemberResult::trained)
                .containsExactly(false, true, false, true);
        double untrained = listener.results.get(0).holdout().error();
        assertThat(listener.results.get(3).holdout().error()).isLessThan(untrained - 0.2);
        assertThat(listener.results.get(2).holdout()).isEqualTo(listener.results.get(1).holdout());
        assertThat(listener.results)
                .allSatisfy(r -> assertThat(r.holdout().examples()).isEqualTo(300));
    }

    @Test
    void sessionsAreReportedFromOpeningToEnd() throws IOException {
        runAll(member(listener));

        List<SessionReport> second =
                listener.sessions.stream().filter(s -> s.session() == 2).toList();
        assertThat(second.get(0).phase()).isEqualTo(SessionReport.Phase.OPENED);
        assertThat(second.get(0).reason()).isEqualTo("2 of 2");
        assertThat(second.get(0).chunks()).containsExactly(2L, 3L);
        assertThat(second.get(0).trainExamples()).isEqualTo(96 + 48);
        assertThat(second.get(0).validationExamples()).isEqualTo(24 + 12);
        SessionReport closed = second.get(second.size() - 1);
        assertThat(closed.phase()).isEqualTo(SessionReport.Phase.CLOSED);
        assertThat(closed.reason()).isNotEmpty();
        assertThat(second).hasSize(2 + closed.epoch());
        Cost all =
                listener.sessions.stream()
                        .filter(s -> s.phase() == SessionReport.Phase.CLOSED)
                        .map(SessionReport::cost)
                        .reduce(Cost.NONE, Cost::plus);
        assertThat(listener.results.get(3).cost()).isEqualTo(all);
    }

    @Test
    void theStoredModelIsTheOneThatWasEvaluated() throws IOException {
        runAll(member(listener));

        MemberResult last = listener.results.get(3);
        Safetensors.Model model =
                Safetensors.read(models.get(last.model().orElseThrow().file().path()));
        assertThat(model.network()).isEqualTo(last.network());
        var engine = new TestingEngine();
        var network = engine.network(model.network());
        network.load(model.weights());
        var holdout = chunks.read(directives.get(0).chunks().get(0));
        var evaluation =
                new org.almaflow.learning.session.Evaluation(
                        engine.upload(holdout), holdout.labels());
        while (evaluation.step(network) > 0) {}
        assertThat(evaluation.score()).isEqualTo(last.holdout());
    }

    /**
     * The contract: stored between any two steps and restored elsewhere, a run ends bit-identical.
     */
    @Test
    void aMemberRestoredAfterAnyStepEndsBitIdentical() throws IOException {
        for (OptimizerSpec optimizer :
                List.of(
                        ADADELTA,
                        new OptimizerSpec.Sgd(0.1, 0.9, true, 1e-4),
                        new OptimizerSpec.Adam(0.01, 0.9, 0.999, 1e-8, 0))) {
            LearnerSpec learner = learner(optimizer, TrainingSpec.Start.WARM);
            TestingListener undisturbed = new TestingListener();
            MemberTrainer first = member(learner, undisturbed);
            directives.forEach(first::enqueue);
            int steps = finish(first);
            assertThat(steps).isGreaterThan(50);
            for (int at = 0; at <= steps; at++) {
                TestingListener disturbed = new TestingListener();
                MemberTrainer again = member(learner, disturbed);
                again.restore(stateAfter(learner, at, disturbed));
                finish(again);
                assertThat(disturbed.results).isEqualTo(undisturbed.results);
                assertThat(disturbed.sessions).isEqualTo(undisturbed.sessions);
            }
        }
    }

    private DataInputStream stateAfter(LearnerSpec learner, int steps, TestingListener to)
            throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (MemberTrainer member = member(learner, to)) {
            directives.forEach(member::enqueue);
            for (int i = 0; i < steps; i++) {
                member.step();
            }
            member.write(new DataOutputStream(bytes));
        }
        return new DataInputStream(new ByteArrayInputStream(bytes.toByteArray()));
    }

    @Test
    void storingAStateChangesNothing() throws IOException {
        TestingListener undisturbed = new TestingListener();
        runAll(member(undisturbed));
        MemberTrainer watched = member(listener);
        directives.forEach(watched::enqueue);
        while (watched.hasWork()) {
            watched.step();
            watched.write(new DataOutputStream(new ByteArrayOutputStream()));
        }

        assertThat(listener.results).isEqualTo(undisturbed.results);
        assertThat(listener.sessions).isEqualTo(undisturbed.sessions);
    }

    @Test
    void aRestoredStateCanBeStoredAgainBeforeItIsResumed() throws IOException {
        LearnerSpec learner = learner(ADADELTA, TrainingSpec.Start.WARM);
        MemberTrainer restored = member(learner, new TestingListener());
        restored.restore(stateAfter(learner, 30, new TestingListener()));
        ByteArrayOutputStream again = new ByteArrayOutputStream();
        restored.write(new DataOutputStream(again));

        assertThat(again.toByteArray())
                .hasSameSizeAs(stateAfter(learner, 30, new TestingListener()).readAllBytes());
        TestingListener undisturbed = new TestingListener();
        runAll(member(learner, undisturbed));
        TestingListener resumed = new TestingListener();
        MemberTrainer last = member(learner, resumed);
        last.restore(new DataInputStream(new ByteArrayInputStream(again.toByteArray())));
        finish(last);
        assertThat(resumed.results).isNotEmpty();
        assertThat(undisturbed.results).endsWith(resumed.results.toArray(MemberResult[]::new));
    }

    @Test
    void fromScratchEverySessionStartsWithNewWeights() throws IOException {
        TestingListener warm = new TestingListener();
        runAll(member(warm));
        runAll(member(learner(ADADELTA, TrainingSpec.Start.SCRATCH), listener));

        assertThat(listener.results.get(0)).isEqualTo(warm.results.get(0));
        assertThat(listener.results.get(1).holdout()).isNotEqualTo(warm.results.get(1).holdout());
        assertThat(listener.results.get(3).holdout()).isNotEqualTo(warm.results.get(3).holdout());
    }

    @Test
    void aSessionThatDivergesLeavesTheOldModelAndTheStreamGoesOn() throws IOException {
        OptimizerSpec wild = new OptimizerSpec.Sgd(1e30, 0, false, 0);
        runAll(member(learner(wild, TrainingSpec.Start.WARM), listener));

        assertThat(listener.results).hasSize(4);
        assertThat(listener.results).noneMatch(MemberResult::trained);
        assertThat(listener.results.get(3).holdout()).isEqualTo(listener.results.get(0).holdout());
        assertThat(listener.sessions)
                .filteredOn(s -> s.phase() == SessionReport.Phase.CLOSED)
                .hasSize(2)
                .allSatisfy(s -> assertThat(s.reason()).startsWith("diverged"));
        assertThat(models).isEmpty();
    }

    @Test
    void aFileThatCannotBeReadIsTriedAgainByTheNextStep() throws IOException {
        MemberTrainer member = member(listener);
        ChunkRef late = new ChunkRef(9, "chunk-9", "sum", 50);
        member.enqueue(directives.get(0));
        member.enqueue(new Directive(1, true, 1, "", List.of(late)));
        while (listener.results.isEmpty()) {
            member.step();
        }
        assertThatThrownBy(member::step)
                .isInstanceOf(IOException.class)
                .hasMessageContaining("chunk-9");
        chunks.add(9, 50);
        finish(member);

        assertThat(listener.results).hasSize(2);
    }

    @Test
    void aHoldoutWithoutExamplesGivesAnErrorThatIsNoNumber() throws IOException {
        MemberTrainer member = member(listener);
        member.enqueue(new Directive(0, false, 0, "", List.of(chunks.add(0, 0))));
        member.enqueue(directives.get(1));
        finish(member);

        assertThat(listener.results.get(1).holdout().error()).isNaN();
        assertThat(listener.results.get(1).trained()).isTrue();
    }
}
