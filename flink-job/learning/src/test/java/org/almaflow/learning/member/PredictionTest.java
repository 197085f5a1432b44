package org.almaflow.learning.member;

import static org.almaflow.learning.member.TestingRun.learner;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import org.almaflow.learning.engine.Examples;
import org.almaflow.learning.engine.TestingEngine;
import org.almaflow.learning.family.Averaging;
import org.almaflow.learning.family.Family;
import org.almaflow.learning.session.PredictionSum;
import org.almaflow.learning.session.Score;
import org.junit.jupiter.api.Test;

/** Chunks are predicted by the model that was deployed when they arrived. */
class PredictionTest {
    private final TestingRun run = new TestingRun();
    private final TestingListener listener = new TestingListener();

    private Examples chunk(int arrival) throws IOException {
        return run.chunks.read(
                run.directives.stream()
                        .flatMap(d -> d.chunks().stream())
                        .filter(c -> c.chunk() == arrival)
                        .findFirst()
                        .orElseThrow());
    }

    /** Of the models published up to an arrival, what they predict together for a chunk. */
    private Score oracle(Examples examples, int... publishedAt) throws IOException {
        PredictionSum sum = null;
        try (TestingEngine engine = new TestingEngine();
                var set = engine.upload(examples)) {
            for (int arrival : publishedAt) {
                var model = run.model(listener.results.get(arrival));
                var network = engine.network(model.network());
                network.load(model.weights());
                float[] logits = new float[examples.count() * examples.classes()];
                network.logits(set, 0, examples.count(), logits);
                PredictionSum own = PredictionSum.of(Averaging.LOGITS, examples.classes(), logits);
                sum = sum == null ? own : sum.plus(own);
            }
        }
        return sum.score(examples.labels());
    }

    @Test
    void theModelOfTheLastSessionPredicts() throws IOException {
        run.run(run.member(learner(new Family.Single()), listener));

        for (int arrival : new int[] {2, 3}) {
            Score score = listener.results.get(arrival).prediction().score();
            Score expected = oracle(chunk(arrival), 1);
            assertThat(score.examples()).isEqualTo(chunk(arrival).count());
            assertThat(score.wrong()).isEqualTo(expected.wrong());
            assertThat(score.lossSum()).isCloseTo(expected.lossSum(), within(1e-3));
        }
        assertThat(listener.results.get(1).prediction().score().error())
                .as("the untrained network")
                .isGreaterThan(listener.results.get(2).prediction().score().error());
        assertThat(listener.results.get(0).prediction()).isEqualTo(Prediction.NONE);
    }

    @Test
    void allNetworksOfAGrowingEnsemblePredict() throws IOException {
        var learner = learner(new Family.GrowingEnsemble(true, Averaging.LOGITS));
        MemberTrainer member = run.member(learner, listener);
        run.run(member);
        ChunkRef next = run.chunks.add(4, 50);
        member.predict(next);
        member.enqueue(new Directive(4, false, 2, "", java.util.List.of()));
        TestingRun.finish(member);

        MemberResult result = listener.results.get(4);
        assertThat(result.prediction().score()).isEqualTo(oracle(run.chunks.read(next), 1, 3));
        long forward = run.model(listener.results.get(1)).network().forwardMacs();
        assertThat(result.prediction().macs()).isEqualTo(2 * 50 * forward);
    }

    @Test
    void macsOfPredictionsAreCountedApart() throws IOException {
        run.run(run.member(learner(new Family.Single()), listener));

        long forward = run.model(listener.results.get(1)).network().forwardMacs();
        assertThat(listener.results)
                .extracting(MemberResult::predictionMacs)
                .containsExactly(0L, 120 * forward, 240 * forward, 300 * forward);
        var closed =
                listener.sessions.stream()
                        .filter(s -> s.phase() == SessionReport.Phase.CLOSED)
                        .mapToLong(s -> s.cost().totalMacs())
                        .sum();
        assertThat(listener.results.get(3).cost().totalMacs()).isEqualTo(closed);
    }
}
