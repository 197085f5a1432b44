package org.almaflow.learning.member;

import static org.almaflow.learning.member.TestingRun.bounded;
import static org.almaflow.learning.member.TestingRun.learner;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.almaflow.learning.engine.TestingEngine;
import org.almaflow.learning.experiment.LearnerSpec;
import org.almaflow.learning.family.Family;
import org.almaflow.learning.session.Cost;
import org.junit.jupiter.api.Test;

/** Training sets larger than a learner's memory: an example takes 12 bytes. */
class MemoryBoundTest {
    private static final int EXAMPLE = 12;
    private static final int HOLDOUT = 300;

    private final TestingChunks chunks = TestingChunks.points();
    private final TestingRun run = new TestingRun(chunks, HOLDOUT, 600);
    private final TestingListener listener = new TestingListener();
    private final TestingEngine engine = new TestingEngine();
    private final LearnerSpec unbounded = learner(new Family.Single());

    /** Examples of the sets that were on the device at a time, beside the holdout. */
    private int mostOf(LearnerSpec learner) throws IOException {
        run.run(run.member(learner, 0, listener, engine));
        return engine.mostRoom() - HOLDOUT;
    }

    @Test
    void withoutABoundAllIsLoaded() throws IOException {
        assertThat(mostOf(unbounded)).isEqualTo(900);
        assertThat(chunks.largest).isEqualTo(600);
    }

    @Test
    void atTenTimesTheBoundNoMoreThanTheBoundIsEverLoaded() throws IOException {
        // The second session has 600 + 300 examples.
        assertThat(mostOf(bounded(unbounded, 90 * EXAMPLE))).isBetween(80, 90);
        chunks.largest = 0;
        run.run(run.member(bounded(unbounded, 90 * EXAMPLE), 1, listener, engine));
        assertThat(chunks.largest).as("of a holdout of %d", HOLDOUT).isEqualTo(HOLDOUT);
    }

    @Test
    void piecesAreAnEighthOfTheBound() throws IOException {
        MemberTrainer member = run.member(bounded(unbounded, 90 * EXAMPLE), 0, listener, engine);
        member.enqueue(run.directives.get(0));
        TestingRun.finish(member);
        chunks.largest = 0;
        member.enqueue(run.directives.get(1));
        TestingRun.finish(member);

        assertThat(chunks.largest).isLessThanOrEqualTo(90 / 8);
    }

    @Test
    void everyStepReadsOnePieceAtMost() throws IOException {
        MemberTrainer member = run.member(bounded(unbounded, 90 * EXAMPLE), 0, listener, engine);
        run.directives.forEach(member::enqueue);
        while (member.hasWork()) {
            int before = chunks.reads;
            member.step();
            assertThat(chunks.reads - before).isLessThanOrEqualTo(1);
        }
    }

    /** Of 16 bytes an example, and 16 MiB a step. */
    @Test
    void aLargeChunkIsReadInSeveralStepsWithoutABound() throws IOException {
        TestingChunks images = TestingChunks.images();
        MemberTrainer member =
                new MemberTrainer(1, unbounded, 0, engine, images, run.files, listener);
        member.enqueue(new Directive(0, false, 0, "", List.of(images.add(0, 30))));
        member.enqueue(new Directive(1, true, 1, "", List.of(images.add(1, 1_200_000))));

        while (listener.sessions.isEmpty()) {
            int before = images.reads;
            member.step();
            assertThat(images.reads - before).isLessThanOrEqualTo(1);
        }
        assertThat(images.largest).isLessThanOrEqualTo(1 << 20);
        assertThat(listener.sessions.get(0).trainExamples()).isEqualTo(960_000);
    }

    @Test
    void everyEpochSeesEveryExampleOnce() throws IOException {
        run.run(run.member(bounded(unbounded, 90 * EXAMPLE), listener));

        List<SessionReport> epochs =
                listener.sessions.stream()
                        .filter(s -> s.phase() == SessionReport.Phase.EPOCH)
                        .toList();
        assertThat(epochs)
                .allSatisfy(
                        e -> {
                            assertThat(e.cost().examples())
                                    .isEqualTo(e.epoch() * e.trainExamples());
                        });
        assertThat(epochs.get(epochs.size() - 1).trainExamples()).isEqualTo(480 + 240);
        assertThat(epochs.get(epochs.size() - 1).validationExamples()).isEqualTo(120 + 60);
    }

    @Test
    void aBoundThatHoldsEverythingChangesNothing() throws IOException {
        TestingListener whole = new TestingListener();
        run.run(run.member(unbounded, whole));
        run.run(run.member(bounded(unbounded, 900 * EXAMPLE), listener));

        assertThat(listener.results).isEqualTo(whole.results);
        assertThat(listener.sessions).isEqualTo(whole.sessions);
    }

    @Test
    void aWindowLearnsAsWellHereAsAllAtOnce() throws IOException {
        TestingListener whole = new TestingListener();
        run.run(run.member(unbounded, whole));
        run.run(run.member(bounded(unbounded, 90 * EXAMPLE), listener));

        double all = whole.results.get(3).holdout().error();
        double window = listener.results.get(3).holdout().error();
        double untrained = listener.results.get(0).holdout().error();
        assertThat(window).isLessThan(untrained - 0.2).isBetween(all - 0.05, all + 0.05);
    }

    @Test
    void aBoundOfLessThanAnExampleStillTrains() throws IOException {
        TestingRun small = new TestingRun(TestingChunks.points(), 30, 20);
        small.run(small.member(bounded(unbounded, 1), listener));

        assertThat(listener.results).hasSize(4);
        assertThat(listener.results.get(3).trained()).isTrue();
    }

    @Test
    void growthLooksThroughTheWindowToo() throws IOException {
        LearnerSpec growing = bounded(learner(new Family.GrowingMixture(2, 1)), 90 * EXAMPLE);
        assertThat(mostOf(growing)).isBetween(80, 90);

        assertThat(listener.results.get(3).parameters())
                .isGreaterThan(listener.results.get(1).parameters());
        Cost opened =
                listener.sessions.stream()
                        .filter(s -> s.session() == 2)
                        .findFirst()
                        .orElseThrow()
                        .cost();
        // The scan passed over the 180 validation examples once.
        assertThat(opened.totalMacs() % 180).isZero();
        assertThat(opened.totalMacs()).isPositive();
    }

    @Test
    void theSessionsPeakIsReportedAndBounded() throws IOException {
        List<SessionReport> all = new ArrayList<>();
        MemberListener to =
                new MemberListener() {
                    @Override
                    public void onSession(SessionReport report) {
                        all.add(report);
                    }

                    @Override
                    public void onResult(MemberResult result) {}
                };
        run.run(run.member(unbounded, to));
        long whole = all.get(all.size() - 1).peakMemoryBytes();
        all.clear();
        run.run(run.member(bounded(unbounded, 90 * EXAMPLE), to));
        long window = all.get(all.size() - 1).peakMemoryBytes();

        // Sets of 900 examples of 8 bytes and a label of 4; the network is the same.
        assertThat(whole).isGreaterThan(900 * EXAMPLE);
        assertThat(whole - window).isBetween(810L * EXAMPLE, 830L * EXAMPLE);
    }
}
