package org.almaflow.learning.growth;

import static org.almaflow.learning.growth.TestingVggs.images;
import static org.almaflow.learning.growth.TestingVggs.largestDifference;
import static org.almaflow.learning.growth.TestingVggs.logits;
import static org.almaflow.learning.growth.TestingVggs.loss;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.almaflow.learning.network.NetworkJson;
import org.almaflow.learning.network.Tensors;
import org.almaflow.learning.network.VggSpec;
import org.junit.jupiter.api.Test;

class ChannelGrowthTest {
    private final VggSpec spec = TestingVggs.spec();
    private final Tensors weights = TestingVggs.weights(spec, 1);

    /** Every split and some new channels of every layer, with directions of share epsilon. */
    private static List<Candidate> candidates(VggSpec spec, Tensors weights, double epsilon) {
        Directions directions = new Directions(weights, epsilon);
        List<Candidate> all = new ArrayList<>();
        for (Convolution at : Convolution.of(spec)) {
            int layer = Convolution.of(spec).indexOf(at);
            for (Candidate c : directions.of(layer, at, 2, new SplittableRandom(layer))) {
                all.add(
                        c instanceof Candidate.New n
                                ? new Candidate.New(layer, n.incoming(), n.outgoing(), 0.2f, 0.7f)
                                : c);
            }
        }
        return all;
    }

    @Test
    void withoutDirectionsTheFunctionStaysInInferenceAndInTraining() {
        Grown grown = ChannelGrowth.grow(spec, weights, candidates(spec, weights, 0));

        assertThat(largestDifference(logits(grown.spec(), grown.weights()), logits(spec, weights)))
                .isLessThan(2e-6);
        assertThat(loss(grown.spec(), grown.weights(), images(12)))
                .isCloseTo(loss(spec, weights, images(12)), within(1e-6));
    }

    /** The bound: with directions of √epsilon, splits change the function by epsilon too. */
    @Test
    void theFunctionMovesNoMoreThanTheSmallNewWeights() {
        float[] before = logits(spec, weights);
        for (double epsilon : new double[] {0.1, 0.01, 0.001}) {
            Grown grown = ChannelGrowth.grow(spec, weights, candidates(spec, weights, epsilon));
            double difference = largestDifference(logits(grown.spec(), grown.weights()), before);
            assertThat(difference).isBetween(epsilon / 100, 5 * epsilon);
        }
    }

    @Test
    void classesStayAndParametersAreThoseOfTheWidths() {
        VggSpec now = spec;
        Tensors values = weights;
        for (int growth = 1; growth <= 3; growth++) {
            Grown grown = ChannelGrowth.grow(now, values, candidates(now, values, 0.01));
            now = (VggSpec) grown.spec();
            values = grown.weights();
            assertThat(now.classes()).isEqualTo(3);
            assertThat(values.byName().get("output.bias").data()).hasSize(3);
            assertThat(values.flat(now)).hasSize((int) now.values());
        }
        // Each growth doubles every layer and adds 2: 2, 1, 2 become 6, 4, 6; 14, 10, 14; ...
        assertThat(now.blocks())
                .extracting(VggSpec.Block::channels)
                .containsExactly(List.of(30, 22), List.of(30));
        long convolutions = 9 * (30 + 30 * 22 + 22 * 30) + 3 * (30 + 22 + 30);
        assertThat(now.parameters()).isEqualTo(convolutions + 3 * 30 * 2 + 3);
        assertThat(NetworkJson.read(NetworkJson.write(now))).isEqualTo(now);
    }

    @Test
    void aSplitMovesBothHalvesApartAndHalvesWhatReadsThem() {
        float[] v = {1, 2, 3, 4, 5, 6, 7, 8, 9};
        Grown grown = ChannelGrowth.grow(spec, weights, List.of(new Candidate.Split(0, 1, v)));

        float[] old = tensor(weights, "blocks.0.experts.convs.0.weight");
        float[] now = tensor(grown.weights(), "blocks.0.experts.convs.0.weight");
        for (int i = 0; i < 9; i++) {
            assertThat(now[i]).isEqualTo(old[i]);
            assertThat(now[9 + i]).isEqualTo(old[9 + i] + v[i]);
            assertThat(now[18 + i]).isEqualTo(old[9 + i] - v[i]);
        }
        float[] read = tensor(weights, "blocks.0.experts.convs.1.weight");
        float[] reads = tensor(grown.weights(), "blocks.0.experts.convs.1.weight");
        for (int i = 0; i < 9; i++) {
            assertThat(reads[i]).isEqualTo(read[i]);
            assertThat(reads[9 + i]).isEqualTo(read[9 + i] / 2).isEqualTo(reads[18 + i]);
        }
        assertThat(tensor(grown.weights(), "blocks.1.experts.convs.0.weight"))
                .isEqualTo(tensor(weights, "blocks.1.experts.convs.0.weight"));
    }

    @Test
    void aNewChannelIsReadByOldOnesAndHalvesButNotByOtherNewOnes() {
        float[] out = {1, 1, 1, 1, 1, 1, 1, 1, 1};
        Grown grown =
                ChannelGrowth.grow(
                        spec,
                        weights,
                        List.of(
                                new Candidate.New(0, new float[9], out, 0.25f, 0.5f),
                                new Candidate.Split(1, 0, new float[18]),
                                new Candidate.New(1, new float[18], new float[18], 0, 1)));

        float[] reads = tensor(grown.weights(), "blocks.0.experts.convs.1.weight");
        for (int reader = 0; reader < 3; reader++) {
            assertThat(reads[(reader * 3 + 2) * 9]).isEqualTo(reader == 2 ? 0f : 1f);
        }
        assertThat(tensor(grown.weights(), "blocks.0.experts.norms.0.running_mean")[2])
                .isEqualTo(0.25f);
        assertThat(tensor(grown.weights(), "blocks.0.experts.norms.0.running_var")[2])
                .isEqualTo(0.5f);
        assertThat(tensor(grown.weights(), "blocks.0.experts.norms.0.weight")[2]).isEqualTo(1);
    }

    @Test
    void candidatesThatDoNotFitAreRefused() {
        Candidate split = new Candidate.Split(0, 1, new float[9]);
        for (List<Candidate> wrong :
                List.of(
                        List.of(split, split),
                        List.<Candidate>of(new Candidate.Split(0, 2, new float[9])),
                        List.<Candidate>of(new Candidate.Split(3, 0, new float[9])),
                        List.<Candidate>of(new Candidate.Split(0, 0, new float[8])),
                        List.<Candidate>of(
                                new Candidate.New(0, new float[9], new float[8], 0, 1)))) {
            assertThatThrownBy(() -> ChannelGrowth.grow(spec, weights, wrong))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("does not fit, or is there twice");
        }
        VggSpec mixture = VggSpec.mixture(TestingVggs.INPUT, 1, List.of(1, 1), 2, 3);
        assertThatThrownBy(
                        () ->
                                ChannelGrowth.grow(
                                        mixture, TestingVggs.weights(mixture, 1), List.of()))
                .hasMessageContaining("block 1 has 2 experts");
    }

    private static float[] tensor(Tensors tensors, String name) {
        return tensors.byName().get(name).data();
    }
}
