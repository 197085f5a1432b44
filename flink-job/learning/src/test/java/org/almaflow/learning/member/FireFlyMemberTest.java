package org.almaflow.learning.member;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.stream.LongStream;
import org.almaflow.learning.engine.Augmentation;
import org.almaflow.learning.engine.OptimizerSpec;
import org.almaflow.learning.experiment.LastBatch;
import org.almaflow.learning.experiment.LearnerSpec;
import org.almaflow.learning.experiment.TrainingSpec;
import org.almaflow.learning.family.Family;
import org.almaflow.learning.network.NetworkTemplate;
import org.almaflow.learning.network.VggSpec;
import org.almaflow.learning.session.Cost;
import org.almaflow.learning.waiting.EveryChunks;
import org.junit.jupiter.api.Test;

/** FF in the training loop. */
class FireFlyMemberTest {
    private static final Family.FireFly FIREFLY = new Family.FireFly(1, 0.6, 1, 0.1, 2, 1);

    private final TestingRun run = new TestingRun(TestingChunks.images(), 20, 20);
    private final TestingListener listener = new TestingListener();

    static LearnerSpec learner(int maxEpochs) {
        return new LearnerSpec(
                "ff",
                FIREFLY,
                new NetworkTemplate.Vgg(1, List.of(2, 1)),
                new EveryChunks(1),
                0,
                new TrainingSpec(
                        8,
                        maxEpochs,
                        9,
                        0,
                        0.2,
                        TrainingSpec.Start.WARM,
                        new OptimizerSpec.Sgd(0.1, 0.9, true, 1e-4),
                        Augmentation.Kind.NONE,
                        LastBatch.KEEP),
                5);
    }

    @Test
    void itGrowsBeforeEverySessionButTheFirstAndPaysForIt() throws IOException {
        run.run(run.member(learner(8), listener));

        assertThat(channels(1)).isEqualTo(3);
        assertThat(channels(3)).isEqualTo(5); // and round(0.6 x 3)
        assertThat(network(3).classes()).isEqualTo(TestingChunks.CLASSES);
        SessionReport opened =
                listener.sessions.stream().filter(s -> s.session() == 2).findFirst().orElseThrow();
        // Even layers 3 wide beside one channel, then the odd one; 3 steps of 8 examples each.
        long even = 16 * 3 * 11 + 16 * (27 + 2) + 4 * 3 * 11 + 3 * 3;
        long odd = 16 * 11 + 16 * 3 * 11 + 4 * (27 + 2) + 3;
        assertThat(opened.cost()).isEqualTo(new Cost(0, 0, 3 * 3 * 8 * (even + odd)));
        double untrained = listener.results.get(0).holdout().error();
        assertThat(listener.results.get(3).holdout().error()).isLessThan(untrained - 0.1);
    }

    @Test
    void aMemberRestoredAfterAnyStepEndsBitIdentical() throws IOException {
        LearnerSpec learner = learner(2);
        TestingListener undisturbed = new TestingListener();
        int steps = run.run(run.member(learner, undisturbed));
        assertThat(steps).isGreaterThan(20);
        for (int at = 0; at <= steps; at++) {
            TestingListener disturbed = new TestingListener();
            MemberTrainer again = run.member(learner, disturbed);
            again.restore(run.stateAfter(learner, at, disturbed));
            TestingRun.finish(again);
            assertThat(disturbed.results).isEqualTo(undisturbed.results);
            assertThat(disturbed.sessions).isEqualTo(undisturbed.sessions);
        }
    }

    /** r_t of 256 channels with b = 0.6: 0.6, 0.375, 0.27…, that is 0.6 x 256 more each time. */
    @Test
    void everyGrowthAddsTheSameShareOfTheFirstWidth() {
        int channels = 256;
        for (long session = 2; session <= 50; session++) {
            int added = FIREFLY.growth(session, channels);
            assertThat(added).isBetween(153, 154);
            channels += added;
        }
        assertThat(channels).isBetween(256 + 49 * 153, 256 + 49 * 154);
        assertThat(FIREFLY.growth(2, 1)).isEqualTo(1);
        assertThat(new Family.FireFly(1, 1e-9, 1, 0.1, 2, 1).growth(9, 4)).isEqualTo(1);
    }

    @Test
    void itGrowsEveryFewSessions() {
        Family.FireFly family = new Family.FireFly(3, 0.6, 1, 0.1, 2, 1);

        assertThat(LongStream.rangeClosed(1, 8).filter(family::growsBefore))
                .containsExactly(4L, 7L);
        assertThat(family.growth(4, 10)).isEqualTo(6);
        assertThat(family.growth(7, 16)).isEqualTo(6);
    }

    private VggSpec network(int arrival) {
        return (VggSpec) listener.results.get(arrival).model().orElseThrow().network();
    }

    private int channels(int arrival) {
        return network(arrival).blocks().stream()
                .flatMap(b -> b.channels().stream())
                .mapToInt(Integer::intValue)
                .sum();
    }
}
