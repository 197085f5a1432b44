package org.almaflow.learning.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.almaflow.learning.experiment.LastBatch;
import org.almaflow.learning.experiment.TrainingSpec;
import org.almaflow.learning.family.Family;
import org.almaflow.learning.growth.Grown;
import org.almaflow.learning.growth.Growth;
import org.almaflow.learning.growth.GrowthSite;
import org.almaflow.learning.network.ElementType;
import org.almaflow.learning.network.InputSpec;
import org.almaflow.learning.network.Tensors;
import org.almaflow.learning.network.VggSpec;
import org.almaflow.learning.session.Split;
import org.almaflow.learning.session.TrainingSets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * FF's growth in native convolutions, on a VGG19 that has trained a little; extended by engines'
 * tests.
 */
public abstract class FireFlyContract {
    private static final InputSpec CIFAR =
            new InputSpec(
                    ElementType.UINT8,
                    List.of(3, 32, 32),
                    List.of(0.4914f, 0.4822f, 0.4465f),
                    List.of(0.2470f, 0.2435f, 0.2616f));
    private static final OptimizerSpec SGD = new OptimizerSpec.Sgd(0.02, 0.9, true, 1e-4);
    private static final int COUNT = 60;
    private static final int CHANNELS = 16 * 3;

    private Engine engine;
    private final VggSpec spec = VggSpec.plain(CIFAR, 3, 10);
    private TrainingSets sets;
    private Network network;
    private Tensors weights;

    /** The engine under test. */
    protected abstract EngineProvider provider();

    @BeforeEach
    void train() {
        engine = provider().open(EngineOptions.defaults());
        sets = TrainingSets.upload(engine, List.of(Split.of(examples(), 1, 0.1, 5)));
        network = engine.network(spec);
        network.load(Tensors.initial(spec, 1));
        network.resetOptimizer(SGD);
        int[] rows = IntStream.range(0, 54).toArray();
        for (int i = 0; i < 30; i++) {
            network.trainStep(sets.train().resident(), rows, i % 3 * 18, i % 3 * 18 + 18);
        }
        weights = network.weights();
    }

    @AfterEach
    void close() {
        network.close();
        sets.close();
        engine.close();
    }

    /** Images whose brightness says a little about their label. */
    private static Examples examples() {
        SplittableRandom random = new SplittableRandom(2);
        byte[] pixels = new byte[COUNT * CIFAR.bytes()];
        int[] labels = random.ints(COUNT, 0, 10).toArray();
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (byte) (random.nextInt(60) + 20 * labels[i / CIFAR.bytes()]);
        }
        return new Examples(CIFAR, 10, ByteBuffer.wrap(pixels), labels);
    }

    private GrowthSite site() {
        TrainingSpec training =
                new TrainingSpec(
                        16,
                        2,
                        5,
                        0,
                        0.1,
                        TrainingSpec.Start.WARM,
                        SGD,
                        Augmentation.Kind.PAD_CROP_FLIP,
                        LastBatch.KEEP);
        return new GrowthSite(engine, network, weights, sets, training, 2, 7);
    }

    private static Family.FireFly family(double epsilon) {
        return new Family.FireFly(1, 0.6, 3, epsilon, 2, 1);
    }

    private Grown grown(double epsilon) {
        try (Growth growth = Growth.begin(family(epsilon), site())) {
            while (!growth.done()) {
                growth.step();
            }
            return growth.grown();
        }
    }

    private float[] logits(Grown at) {
        float[] logits = new float[sets.train().resident().count() * at.spec().classes()];
        try (Network one = engine.network(at.spec())) {
            one.load(at.weights());
            one.logits(sets.train().resident(), 0, sets.train().resident().count(), logits);
        }
        return logits;
    }

    /**
     * In shares of the largest logit, which training makes different on every engine and processor,
     * as it does what a small weight is amplified by: 2 to 22 times here and there. What holds
     * everywhere is that the difference goes to zero with the weights; 0.001 is for float32.
     */
    @Test
    void theFunctionStaysUpToTheSmallNewWeightsAndSoDoTheClasses() {
        float[] before = logits(new Grown(spec, weights));
        double largest =
                IntStream.range(0, before.length)
                        .mapToDouble(i -> Math.abs(before[i]))
                        .max()
                        .orElseThrow();
        for (double epsilon : new double[] {1e-2, 1e-3, 1e-4, 1e-5, 1e-6}) {
            Grown grown = grown(epsilon);
            VggSpec now = (VggSpec) grown.spec();
            assertThat(now.classes()).isEqualTo(10);
            int channels =
                    now.blocks().stream()
                            .flatMap(b -> b.channels().stream())
                            .mapToInt(Integer::intValue)
                            .sum();
            assertThat(channels).isEqualTo(CHANNELS + 29); // round(0.6 x 48)
            float[] after = logits(grown);
            double difference =
                    IntStream.range(0, before.length)
                            .mapToDouble(i -> Math.abs(after[i] - before[i]))
                            .max()
                            .orElseThrow();
            assertThat(difference).isPositive().isLessThan(largest * (40 * epsilon + 0.001));
        }
    }

    @Test
    void aScanGoesOnAfterAnyStepAsIfNothingHadHappened() throws IOException {
        Grown expected = grown(0.1);
        List<byte[]> states = new ArrayList<>();
        try (Growth watched = Growth.begin(family(0.1), site())) {
            while (!watched.done()) {
                ByteArrayOutputStream state = new ByteArrayOutputStream();
                watched.write(new DataOutputStream(state));
                states.add(state.toByteArray());
                watched.step();
            }
        }
        assertThat(states).hasSize(6);
        for (byte[] state : states) {
            DataInputStream in = new DataInputStream(new ByteArrayInputStream(state));
            try (Growth resumed = Growth.resume(family(0.1), site(), in)) {
                while (!resumed.done()) {
                    resumed.step();
                }
                Grown grown = resumed.grown();
                assertThat(grown.spec()).isEqualTo(expected.spec());
                assertThat(grown.weights().flat(grown.spec()))
                        .isEqualTo(expected.weights().flat(expected.spec()));
            }
        }
    }

    /** What the scan's own network does is not seen by the member's. */
    @Test
    void growingLeavesTheNetworkThatGrowsAsItIs() {
        Tensors before = network.weights();
        grown(0.1);
        assertThat(network.weights().flat(spec)).isEqualTo(before.flat(spec));
    }
}
