package org.almaflow.learning.predict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.SplittableRandom;
import org.almaflow.learning.engine.TestingEngine;
import org.almaflow.learning.export.Predictor;
import org.almaflow.learning.family.Averaging;
import org.almaflow.learning.network.ElementType;
import org.almaflow.learning.network.InputSpec;
import org.almaflow.learning.network.MlpSpec;
import org.almaflow.learning.network.Safetensors.Model;
import org.almaflow.learning.network.Tensors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class LoadedPredictorTest {
    private static final InputSpec INPUT =
            new InputSpec(ElementType.UINT8, List.of(5), List.of(0.4f), List.of(0.2f));
    private static final int CLASSES = 3;

    private final TestingEngine engine = new TestingEngine();

    private static Model model(long seed) {
        MlpSpec spec = new MlpSpec(INPUT, List.of(4), CLASSES);
        return new Model(spec, Tensors.initial(spec, seed));
    }

    private static ByteBuffer features(int count) {
        byte[] bytes = new byte[count * INPUT.bytes()];
        new SplittableRandom(7).nextBytes(bytes);
        return ByteBuffer.wrap(bytes);
    }

    private float[] probabilities(Predictor predictor, int count) {
        try (LoadedPredictor loaded = new LoadedPredictor(engine, predictor)) {
            return loaded.probabilities(features(count), count);
        }
    }

    /** Powers of two, numbers beside them, and more than one mini-batch of the engine. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 8, 9, 255, 256, 257, 600})
    void anExamplesAnswerDoesNotDependOnHowManyAreAskedWithIt(int count) {
        Predictor predictor = new Predictor(List.of(model(1)), Averaging.LOGITS);
        float[] all = probabilities(predictor, 600);

        float[] few = probabilities(predictor, count);

        assertThat(few).hasSize(count * CLASSES);
        assertThat(few).containsExactly(java.util.Arrays.copyOf(all, count * CLASSES));
        for (int row = 0; row < count; row++) {
            float sum = few[3 * row] + few[3 * row + 1] + few[3 * row + 2];
            assertThat(sum).isCloseTo(1, within(1e-6f));
        }
    }

    /** By hand, in double, from what each network says alone. */
    @ParameterizedTest
    @EnumSource
    void severalNetworksAverageWhatTheirFamilySays(Averaging averaging) {
        int count = 10;
        double[] expected = new double[count * CLASSES];
        for (long seed = 1; seed <= 3; seed++) {
            float[] own = probabilities(new Predictor(List.of(model(seed)), averaging), count);
            for (int i = 0; i < own.length; i++) {
                expected[i] += averaging == Averaging.LOGITS ? Math.log(own[i]) / 3 : own[i] / 3;
            }
        }
        for (int row = 0; averaging == Averaging.LOGITS && row < count; row++) {
            double total = 0;
            for (int c = 0; c < CLASSES; c++) {
                total += Math.exp(expected[row * CLASSES + c]);
            }
            for (int c = 0; c < CLASSES; c++) {
                expected[row * CLASSES + c] = Math.exp(expected[row * CLASSES + c]) / total;
            }
        }

        float[] together =
                probabilities(
                        new Predictor(List.of(model(1), model(2), model(3)), averaging), count);

        for (int i = 0; i < expected.length; i++) {
            assertThat((double) together[i]).isCloseTo(expected[i], within(1e-6));
        }
    }
}
