package org.almaflow.learning.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.almaflow.learning.experiment.LastBatch;
import org.almaflow.learning.experiment.TrainingSpec;
import org.almaflow.learning.growth.Grown;
import org.almaflow.learning.growth.MixtureGrowth;
import org.almaflow.learning.network.ElementType;
import org.almaflow.learning.network.InputSpec;
import org.almaflow.learning.network.NetworkSpec;
import org.almaflow.learning.network.Tensors;
import org.almaflow.learning.network.VggSpec;
import org.almaflow.learning.session.Cost;
import org.almaflow.learning.session.Split;
import org.almaflow.learning.session.StateCodec;
import org.almaflow.learning.session.TrainingSession;
import org.almaflow.learning.session.TrainingSets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Whole VGGs on images like CIFAR-10's; extended by engines' tests. */
public abstract class VggContract {
    private static final InputSpec CIFAR =
            new InputSpec(
                    ElementType.UINT8,
                    List.of(3, 32, 32),
                    List.of(0.4914f, 0.4822f, 0.4465f),
                    List.of(0.2470f, 0.2435f, 0.2616f));
    private static final OptimizerSpec SGD = new OptimizerSpec.Sgd(0.02, 0.9, true, 1e-4);

    private Engine engine;

    /** The engine under test. */
    protected abstract EngineProvider provider();

    @BeforeEach
    void open() {
        engine = provider().open(EngineOptions.defaults());
    }

    @AfterEach
    void close() {
        engine.close();
    }

    /** Images whose brightness says a little about their label. */
    private static Examples examples(int count, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        byte[] pixels = new byte[count * CIFAR.bytes()];
        int[] labels = random.ints(count, 0, 10).toArray();
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (byte) (random.nextInt(60) + 20 * labels[i / CIFAR.bytes()]);
        }
        return new Examples(CIFAR, 10, ByteBuffer.wrap(pixels), labels);
    }

    /** Experts part by their own gradients only; training mode normalises by the mini-batch. */
    @Test
    void splitsPreserveTheFunctionExactlyAndTrainingTellsTheCopiesApart() {
        NetworkSpec spec = VggSpec.mixture(CIFAR, 4, 2, 10);
        Tensors weights = Tensors.initial(spec, 1);
        Examples examples = examples(60, 2);
        int[] rows = new SplittableRandom(3).ints(60, 0, 60).toArray();
        float[] before = new float[600];
        float[] after = new float[600];
        try (ExampleSet set = engine.upload(examples)) {
            for (int growth = 0; growth < 3; growth++) {
                double[][] usage = MixtureGrowth.unused(spec);
                try (Network network = engine.network(spec)) {
                    network.load(weights);
                    network.resetOptimizer(SGD);
                    for (int from = 0; from < 60; from += 20) {
                        network.trainStep(set, rows, from, from + 20);
                    }
                    network.logits(set, 0, 60, before);
                    network.addUsage(set, 0, 60, usage);
                    weights = network.weights();
                }
                List<Integer> experts = MixtureGrowth.mostUsed(usage);
                Grown grown = MixtureGrowth.split(spec, weights, experts, growth);
                spec = grown.spec();
                weights = grown.weights();
                try (Network network = engine.network(spec)) {
                    network.load(weights);
                    network.logits(set, 0, 60, after);
                }
                assertThat(after).isEqualTo(before);
            }
        }
        float[] mean = weights.byName().get("blocks.1.experts.norms.0.running_mean").data();
        assertThat(mean).hasSize(5 * 4);
        assertThat(new float[] {mean[0], mean[1], mean[2], mean[3]})
                .isNotEqualTo(new float[] {mean[4], mean[5], mean[6], mean[7]});
    }

    @Test
    void aSessionWithAugmentationGoesOnAfterAnyStepAsIfNothingHadHappened() throws IOException {
        VggSpec spec = VggSpec.plain(CIFAR, 3, 10);
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
        Split chunk = Split.of(examples(50, 4), 1, 0.1, 5);
        float[] whole;
        int steps = 0;
        try (TrainingSets sets = TrainingSets.upload(engine, List.of(chunk));
                Network network = engine.network(spec)) {
            network.load(Tensors.initial(spec, 6));
            TrainingSession session =
                    TrainingSession.open(network, training, sets, 7, 0, 1, Cost.NONE, 0);
            for (; !session.ended(); steps++) {
                session.step();
            }
            whole = session.best().flat(spec);
        }
        assertThat(steps).isEqualTo(2 * (3 + 1));
        for (int stop = 1; stop < steps; stop++) {
            assertThat(interrupted(spec, training, chunk, stop)).isEqualTo(whole);
        }
    }

    private float[] interrupted(VggSpec spec, TrainingSpec training, Split chunk, int stop)
            throws IOException {
        ByteArrayOutputStream state = new ByteArrayOutputStream();
        try (TrainingSets sets = TrainingSets.upload(engine, List.of(chunk));
                Network network = engine.network(spec)) {
            network.load(Tensors.initial(spec, 6));
            TrainingSession session =
                    TrainingSession.open(network, training, sets, 7, 0, 1, Cost.NONE, 0);
            for (int i = 0; i < stop; i++) {
                session.step();
            }
            StateCodec.write(new DataOutputStream(state), session.export());
        }
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(state.toByteArray()));
        try (TrainingSets sets = TrainingSets.upload(engine, List.of(chunk));
                Network network = engine.network(spec)) {
            TrainingSession session =
                    TrainingSession.resume(
                            network, training, sets, 7, 0, 1, StateCodec.readSession(in));
            while (!session.ended()) {
                session.step();
            }
            return session.best().flat(spec);
        }
    }

    @Test
    void theLossFalls() {
        VggSpec spec = VggSpec.plain(CIFAR, 8, 10);
        Examples examples = examples(256, 8);
        int steps = 64;
        int[] rows = new SplittableRandom(9).ints(64L * steps, 0, 256).toArray();
        double[] losses = new double[steps];
        try (ExampleSet set = engine.upload(examples);
                Network network = engine.network(spec)) {
            network.load(Tensors.initial(spec, 10));
            network.resetOptimizer(SGD);
            for (int step = 0; step < steps; step++) {
                losses[step] = network.trainStep(set, rows, step * 64, (step + 1) * 64) / 64;
            }
        }
        assertThat(Arrays.stream(losses, steps - 16, steps).average().orElseThrow())
                .isLessThan(0.7 * losses[0]);
    }
}
