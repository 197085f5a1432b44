package org.almaflow.learning.waiting;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.almaflow.learning.experiment.Experiment;
import org.almaflow.learning.experiment.ExperimentReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every waiting policy must do, whatever it decides by. */
class WaitingPolicyContractTest {
    private static final int VIEWS = 2000;
    private static final AfterTime SOON =
            new AfterTime(Duration.ofMinutes(10), TimeKind.PROCESSING);
    private static final AfterTime EVENT = new AfterTime(Duration.ofHours(1), TimeKind.EVENT);

    private static final List<WaitingPolicy> POLICIES =
            List.of(
                    new EveryChunks(1),
                    new EveryChunks(7),
                    new EveryExamples(4500),
                    SOON,
                    new AfterTime(Duration.ofMillis(1500), TimeKind.PROCESSING),
                    EVENT,
                    new Geometric(1.5),
                    new Geometric(3),
                    new Budget(500_000),
                    new ErrorDriven(0.01),
                    new Adaptive(0.01, 0),
                    new Adaptive(0, 200),
                    new AnyOf(List.of(new EveryChunks(5), SOON)),
                    new AllOf(List.of(new EveryChunks(2), EVENT, new ErrorDriven(0.005))),
                    new AnyOf(
                            List.of(
                                    new AllOf(List.of(SOON, new Budget(2_000_000))),
                                    new WarmUp(2, new Geometric(2)))),
                    new WarmUp(3, new EveryChunks(5)),
                    new WarmUp(3, new Adaptive(0.01, 0)),
                    new WarmUp(1, SOON));

    static Stream<WaitingPolicy> policies() {
        return POLICIES.stream();
    }

    private static Stream<WaitingView> views() {
        TestingViews views = new TestingViews(5);
        return Stream.generate(views::next).limit(VIEWS);
    }

    @Test
    void everyPolicyIsHere() {
        assertThat(POLICIES)
                .extracting(p -> (Object) p.getClass())
                .contains((Object[]) WaitingPolicy.class.getPermittedSubclasses());
    }

    @ParameterizedTest
    @MethodSource("policies")
    void theSameViewGivesTheSameDecision(WaitingPolicy policy) {
        List<Decision> once = views().map(policy::decide).toList();

        assertThat(views().map(policy::decide).toList()).isEqualTo(once);
        assertThat(views().map(read(policy.describe())::decide).toList()).isEqualTo(once);
    }

    @ParameterizedTest
    @MethodSource("policies")
    void anEmptyBufferIsNeverTrainedOn(WaitingPolicy policy) {
        assertThat(views().map(v -> TestingViews.with(v, 0, v.progress())))
                .noneMatch(v -> policy.decide(v).train());
    }

    @ParameterizedTest
    @MethodSource("policies")
    void theFirstSessionHappensAndAnotherOneAfterIt(WaitingPolicy policy) {
        assertThat(new TestingLearner(0.35, 0.1, 0.1).run(policy, 200, 0).trainedAt)
                .hasSizeGreaterThan(1)
                .first()
                .satisfies(t -> assertThat(t).isLessThanOrEqualTo(61));
        assertThat(new TestingLearner(0.35, 0.1, 0.1).run(policy, 200, 200).trainedAt)
                .hasSizeGreaterThan(1);
    }

    @ParameterizedTest
    @MethodSource("policies")
    void aDecisionCanBeReadByAPerson(WaitingPolicy policy) {
        assertThat(views().map(policy::decide))
                .allSatisfy(
                        d -> {
                            assertThat(d.reason()).isNotBlank().doesNotContain("\n", "NaN", "Inf");
                            assertThat(d.figures().keySet()).allMatch(k -> k.matches("[a-z_]+"));
                            assertThat(d.figures().values()).allMatch(Double::isFinite);
                        });
    }

    @ParameterizedTest
    @MethodSource("policies")
    void aPolicyIsReadBackFromItsDescription(WaitingPolicy policy) {
        assertThat(read(policy.describe())).isEqualTo(policy);
    }

    @ParameterizedTest
    @MethodSource("policies")
    void whatIsNotAskedForDoesNotMatter(WaitingPolicy policy) {
        if (!policy.needsFeedback()) {
            assertThat(views())
                    .allSatisfy(
                            v ->
                                    assertThat(policy.decide(v))
                                            .isEqualTo(policy.decide(withoutProgress(v))));
        }
        if (policy.time() == TimeKind.NONE) {
            assertThat(views())
                    .allSatisfy(
                            v ->
                                    assertThat(policy.decide(v).train())
                                            .isEqualTo(
                                                    policy.decide(TestingViews.at(v, 0)).train()));
        }
    }

    private static WaitingView withoutProgress(WaitingView v) {
        return TestingViews.with(v, v.bufferedExamples(), Progress.NONE);
    }

    @ParameterizedTest
    @MethodSource("policies")
    void timersAreOfProcessingTimeAndComeToAnEnd(WaitingPolicy policy) {
        assertThat(views())
                .allSatisfy(
                        v -> {
                            WaitingView at = v;
                            int wakes = 0;
                            while (policy.wakeAt(at).isPresent()) {
                                assertThat(policy.time()).isEqualTo(TimeKind.PROCESSING);
                                assertThat(policy.wakeAt(at).getAsLong()).isGreaterThan(at.now());
                                at = TestingViews.at(at, policy.wakeAt(at).getAsLong());
                                assertThat(++wakes).isLessThan(5);
                            }
                        });
    }

    static WaitingPolicy read(String wait) {
        Experiment experiment =
                ExperimentReader.read(
                        "{name: a, stream: {name: s}, learners: [{id: l, family: SM,"
                                + " network: {type: mlp, hidden: [4]}, wait: {"
                                + wait
                                + "}}]}",
                        "a.yaml");
        return experiment.learners().get(0).waiting();
    }
}
