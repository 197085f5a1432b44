package org.almaflow.learning.growth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.almaflow.learning.engine.Augmentation;
import org.almaflow.learning.engine.Examples;
import org.almaflow.learning.engine.OptimizerSpec;
import org.almaflow.learning.engine.TestingEngine;
import org.almaflow.learning.experiment.LastBatch;
import org.almaflow.learning.experiment.TrainingSpec;
import org.almaflow.learning.family.Family;
import org.almaflow.learning.network.Tensors;
import org.almaflow.learning.network.VggSpec;
import org.almaflow.learning.session.Cost;
import org.almaflow.learning.session.TrainingSets;
import org.junit.jupiter.api.Test;

class FireFlyScanTest {
    private static final int BATCH = 8;

    private final TestingEngine engine = new TestingEngine();
    private final VggSpec spec = TestingVggs.spec();
    private final Tensors weights = TestingVggs.weights(spec, 1);

    /** Adds {@code rate} times the network's 5 channels. */
    private static Family.FireFly family(double rate, int searchSteps, int scoreSteps) {
        return new Family.FireFly(1, rate, 1, 0.05, searchSteps, scoreSteps);
    }

    private GrowthSite site(int examples, Augmentation.Kind augment) {
        var network = engine.network(spec);
        network.load(weights);
        Examples images = TestingVggs.images(examples);
        return new GrowthSite(
                engine,
                network,
                weights,
                new TrainingSets(engine.upload(images), engine.upload(images)),
                new TrainingSpec(
                        BATCH,
                        1,
                        1,
                        0,
                        0,
                        TrainingSpec.Start.WARM,
                        new OptimizerSpec.Sgd(0.1, 0, false, 0),
                        augment,
                        LastBatch.KEEP),
                2,
                8);
    }

    private FireFlyScan finished(Family.FireFly family) {
        FireFlyScan scan = FireFlyScan.begin(family, site(20, Augmentation.Kind.NONE));
        while (!scan.done()) {
            scan.step();
        }
        return scan;
    }

    /** The definition of a score, by central differences over the gate. */
    @Test
    void aScoreIsTheDerivativeOfTheLossByTheGate() {
        FireFlyScan scan = FireFlyScan.begin(family(9, 2, 1), site(BATCH, Augmentation.Kind.NONE));
        while (!scan.done()) {
            scan.step();
        }
        List<Candidate> all = scan.best().stream().map(ScoredCandidate::candidate).toList();
        assertThat(all).hasSize(5 + 3); // every channel's split, and a new one in each layer
        for (ScoredCandidate scored : scan.best()) {
            double up = loss(all, scored.candidate(), 0.502f);
            double down = loss(all, scored.candidate(), 0.498f);
            assertThat(scored.score())
                    .isCloseTo((up - down) / 0.004, within(2e-6 + 1e-3 * Math.abs(scored.score())));
        }
        assertThat(scan.best()).anyMatch(s -> s.score() < -0.01);
    }

    /** With the gates of the other candidates of the even or of the odd layers at one half. */
    private double loss(List<Candidate> all, Candidate one, float gate) {
        List<Candidate> there = new ArrayList<>();
        for (Candidate c : all) {
            if (c.layer() % 2 == one.layer() % 2) {
                there.add(c.gated(c == one ? gate : 0.5f));
            }
        }
        Grown grown = ChannelGrowth.grow(spec, weights, there);
        return TestingVggs.loss(grown.spec(), grown.weights(), TestingVggs.images(BATCH));
    }

    @Test
    void theMostNegativeOfAllLayersAreAdded() {
        List<Double> all = scores(finished(family(9, 1, 1)));
        assertThat(all).hasSize(8).isSorted();

        FireFlyScan scan = finished(family(0.6, 1, 1));
        assertThat(scores(scan)).isEqualTo(all.subList(0, 3));
        VggSpec grown = (VggSpec) scan.grown().spec();
        assertThat(channels(grown)).isEqualTo(5 + 3);
        assertThat(grown.classes()).isEqualTo(3);
    }

    private static List<Double> scores(FireFlyScan scan) {
        return scan.best().stream().map(ScoredCandidate::score).toList();
    }

    private static int channels(VggSpec spec) {
        return spec.blocks().stream()
                .flatMap(b -> b.channels().stream())
                .mapToInt(Integer::intValue)
                .sum();
    }

    @Test
    void aScoreThatIsNoNumberComesLast() {
        Candidate c = new Candidate.Split(0, 0, new float[9]);
        List<ScoredCandidate> best =
                ScoredCandidate.best(
                        List.of(
                                new ScoredCandidate(c, Double.NaN),
                                new ScoredCandidate(c, 1),
                                new ScoredCandidate(c, -1)),
                        2);
        assertThat(best).extracting(ScoredCandidate::score).containsExactly(-1.0, 1.0);
    }

    @Test
    void searchingFindsDirectionsThatLowerTheLossMore() {
        double before = sum(finished(family(9, 0, 2)));
        double after = sum(finished(family(9, 4, 2)));

        assertThat(after).isLessThan(before - 0.05);
    }

    private static double sum(FireFlyScan scan) {
        return scores(scan).stream().mapToDouble(Double::doubleValue).sum();
    }

    /** Directions turn; they keep their length. */
    @Test
    void directionsStayAsSmallAsEpsilonSays() {
        assertThat(Directions.turned(new float[] {3, 0}, new float[] {0, -7}))
                .containsExactly(new float[] {2.683_282f, 1.341_641f}, within(1e-5f));
        assertThat(Directions.turned(new float[] {3, 0}, new float[] {0, 0})).containsExactly(3, 0);
        assertThat(Directions.turned(new float[] {3, 0}, new float[] {Float.NaN, 0}))
                .containsExactly(3, 0);
    }

    /**
     * Even layers (of 2 and 2 channels) become 5 and 5 wide beside the odd one of 1; then the odd
     * one becomes 3 wide.
     */
    @Test
    void everyMultiplyAccumulateIsCounted() {
        FireFlyScan scan = finished(family(0.6, 3, 1));

        long even = 32 * 5 * (9 + 2) + 32 * (9 * 5 + 2) + 8 * 5 * (9 + 2) + 3 * 5 * 2;
        long odd = 32 * 2 * (9 + 2) + 32 * 3 * (9 * 2 + 2) + 8 * 2 * (9 * 3 + 2) + 3 * 2 * 2;
        assertThat(scan.cost()).isEqualTo(new Cost(0, 0, 3L * 4 * BATCH * (even + odd)));
    }

    /** On the mini-batch itself the new channel's running statistics have nothing to move to. */
    @Test
    void aNewChannelStartsWithTheStatisticsOfTheData() {
        FireFlyScan scan = FireFlyScan.begin(family(9, 1, 2), site(BATCH, Augmentation.Kind.NONE));
        while (!scan.done()) {
            scan.step();
        }
        Grown grown = scan.grown();
        List<Candidate> first =
                scan.best().stream()
                        .map(ScoredCandidate::candidate)
                        .filter(c -> c.layer() == 0)
                        .toList();
        int channel =
                2
                        + IntStream.range(0, 3)
                                .filter(i -> first.get(i) instanceof Candidate.New)
                                .findFirst()
                                .orElseThrow();
        float[] before = statistics(grown.weights(), channel);
        float[] after;
        try (var network = engine.network(grown.spec());
                var set = engine.upload(TestingVggs.images(BATCH))) {
            network.load(grown.weights());
            network.resetOptimizer(TestingVggs.STILL);
            network.trainStep(set, IntStream.range(0, BATCH).toArray(), 0, BATCH);
            after = statistics(network.weights(), channel);
        }
        assertThat(after).containsExactly(before, within(1e-6f));
        assertThat(before[1]).isGreaterThan(0.01f);
    }

    private static float[] statistics(Tensors tensors, int channel) {
        String norm = "blocks.0.experts.norms.0.running_";
        return new float[] {
            tensors.byName().get(norm + "mean").data()[channel],
            tensors.byName().get(norm + "var").data()[channel]
        };
    }

    /** The contract of growth: stored after any step, it ends bit-identical. */
    @Test
    void aScanResumedAfterAnyStepEndsBitIdentical() throws IOException {
        Family.FireFly family = family(0.6, 2, 2);
        GrowthSite site = site(20, Augmentation.Kind.PAD_CROP_FLIP);
        Growth undisturbed = Growth.begin(family, site);
        List<byte[]> states = new ArrayList<>();
        while (!undisturbed.done()) {
            states.add(state(undisturbed));
            undisturbed.step();
        }
        assertThat(states).hasSize(8);
        Grown expected = undisturbed.grown();
        for (byte[] state : states) {
            var in = new DataInputStream(new ByteArrayInputStream(state));
            Growth resumed = Growth.resume(family, site(20, Augmentation.Kind.PAD_CROP_FLIP), in);
            assertThat(in.available()).isZero();
            while (!resumed.done()) {
                resumed.step();
            }
            Grown grown = resumed.grown();
            assertThat(grown.spec()).isEqualTo(expected.spec());
            assertThat(grown.weights().flat(grown.spec()))
                    .isEqualTo(expected.weights().flat(expected.spec()));
            assertThat(resumed.cost()).isEqualTo(undisturbed.cost());
        }
    }

    private static byte[] state(Growth growth) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        growth.write(new DataOutputStream(bytes));
        return bytes.toByteArray();
    }

    /** Fewer examples than a mini-batch, or not a whole number of them, are no trouble. */
    @Test
    void smallSetsAreScannedToo() {
        FireFlyScan scan = FireFlyScan.begin(family(0.6, 1, 1), site(3, Augmentation.Kind.NONE));
        while (!scan.done()) {
            scan.step();
        }
        assertThat(channels((VggSpec) scan.grown().spec())).isEqualTo(8);
        assertThat(scan.cost().totalMacs() % (3 * 3)).isZero();
    }
}
