package org.almaflow.learning.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.almaflow.learning.network.ElementType;
import org.almaflow.learning.network.InputSpec;
import org.almaflow.learning.network.JointSpec;
import org.almaflow.learning.network.Mixture;
import org.almaflow.learning.network.MixtureMlpSpec;
import org.almaflow.learning.network.MlpSpec;
import org.almaflow.learning.network.NetworkSpec;
import org.almaflow.learning.network.Safetensors;
import org.almaflow.learning.network.Tensors;
import org.almaflow.learning.network.TransformerSpec;
import org.almaflow.learning.network.VggSpec;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Engines agree, though no JVM can hold two: each is held against what engine dl4j has stored, a
 * snapshot of some training with its logits and its gradient, within half of what two may differ
 * by. Of a transformer the log-probabilities of its targets stand for logits, and dropout takes
 * part in the gradient. Written anew by {@code -pl flink-job/engine-dl4j
 * -Dtest=AgreementOnTheEngineTest -Dtest.jvm.args=-Dalma.golden=write}.
 */
public abstract class AgreementContract {
    private static final int COUNT = 32;
    private static final double LOGITS = 1e-5 / 2;
    private static final double GRADIENTS = 1e-4 / 2;
    private static final Augmentation DROPOUT = new Augmentation(Augmentation.Kind.NONE, 5);
    private static final String FOLDER = "/org/almaflow/learning/engine/agreement/";

    private static final InputSpec IMAGES =
            new InputSpec(
                    ElementType.UINT8,
                    List.of(3, 8, 8),
                    List.of(0.49f, 0.48f, 0.45f),
                    List.of(0.25f, 0.24f, 0.26f));
    private static final List<Integer> CONVOLUTIONS = List.of(2, 2, 1);
    private static final Mixture GROWN = Mixture.flat(2).split(1).split(0);
    private static final VggSpec VGG = VggSpec.mixture(IMAGES, 4, CONVOLUTIONS, 1, 10);

    private static final InputSpec TOKENS =
            new InputSpec(ElementType.TOKEN, List.of(17), List.of(), List.of());
    private static final TransformerSpec TRANSFORMER =
            new TransformerSpec(TOKENS, 19, 3, 16, 4, 24, 0.1, List.of());

    private static final Map<String, NetworkSpec> NETWORKS =
            Map.of(
                    "mlp",
                    new MlpSpec(IMAGES, List.of(16, 12), 10),
                    "umix",
                    new JointSpec(3, new MlpSpec(IMAGES, List.of(8, 9), 10)),
                    "gmoe",
                    new MixtureMlpSpec(
                            IMAGES,
                            List.of(
                                    new MixtureMlpSpec.Layer(8, Mixture.flat(3)),
                                    new MixtureMlpSpec.Layer(6, GROWN)),
                            10),
                    "vgg",
                    VGG,
                    "vgg-moe",
                    VGG.withMixtures(List.of(GROWN, Mixture.flat(2))),
                    "transformer",
                    TRANSFORMER,
                    "switch",
                    TRANSFORMER.withExperts(List.of(3)));

    /** The engine under test. */
    protected abstract EngineProvider provider();

    /** What an engine computes with a snapshot. */
    private record Answer(float[] logits, float[] gradient) {}

    @ParameterizedTest
    @ValueSource(strings = {"mlp", "umix", "gmoe", "vgg", "vgg-moe", "transformer", "switch"})
    void logitsAndGradientsOfASnapshotAreTheStoredOnes(String name) throws IOException {
        Examples examples = EngineContract.examples(NETWORKS.get(name), COUNT, 7);
        if ("write".equals(System.getProperty("alma.golden"))) {
            store(name, examples);
        }
        Safetensors.Model snapshot = Safetensors.read(bytes(name + ".safetensors"));
        assertThat(snapshot.network()).isEqualTo(NETWORKS.get(name));
        FloatBuffer stored =
                ByteBuffer.wrap(bytes(name + ".f32"))
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .asFloatBuffer();
        Answer answer = answer(snapshot, examples);
        assertThat(stored.remaining()).isEqualTo(answer.logits.length + answer.gradient.length);
        for (float logit : answer.logits) {
            assertThat((double) logit).isCloseTo(stored.get(), within(LOGITS));
        }
        float[] expected = new float[answer.gradient.length];
        stored.get(expected);
        double largest =
                IntStream.range(0, expected.length)
                        .mapToDouble(i -> Math.abs(expected[i]))
                        .max()
                        .orElseThrow();
        for (int i = 0; i < expected.length; i++) {
            assertThat((double) answer.gradient[i])
                    .as("gradient of parameter %d", i)
                    .isCloseTo(expected[i], within(GRADIENTS * largest));
        }
    }

    private Answer answer(Safetensors.Model snapshot, Examples examples) {
        NetworkSpec spec = snapshot.network();
        boolean tokens = spec.input().tokens();
        float[] logits = new float[COUNT * (tokens ? spec.input().targets() : spec.classes())];
        float[] gradient = new float[Math.toIntExact(spec.parameters())];
        try (Engine engine = provider().open(EngineOptions.defaults());
                ExampleSet set = engine.upload(examples);
                Network network = engine.network(spec)) {
            network.load(snapshot.weights());
            if (tokens) {
                network.targets(set, 0, COUNT, logits);
            } else {
                network.logits(set, 0, COUNT, logits);
            }
            // A rate that keeps the difference from being rounded away.
            float rate = 1024;
            network.resetOptimizer(new OptimizerSpec.Sgd(rate, 0, false, 0));
            network.trainStep(set, IntStream.range(0, COUNT).toArray(), 0, COUNT, DROPOUT);
            float[] before = snapshot.weights().flat(spec);
            float[] after = network.weights().flat(spec);
            for (int i = 0; i < gradient.length; i++) {
                gradient[i] = (before[i] - after[i]) / rate;
            }
        }
        return new Answer(logits, gradient);
    }

    private void store(String name, Examples examples) throws IOException {
        NetworkSpec spec = NETWORKS.get(name);
        Tensors trained;
        try (Engine engine = provider().open(EngineOptions.defaults());
                ExampleSet set = engine.upload(examples);
                Network network = engine.network(spec)) {
            network.load(Tensors.initial(spec, 3));
            network.resetOptimizer(new OptimizerSpec.Sgd(0.05, 0.9, true, 1e-4));
            int[] rows = IntStream.range(0, COUNT).toArray();
            for (int step = 0; step < 12; step++) {
                network.trainStep(set, rows, step % 2 * 16, step % 2 * 16 + 16);
            }
            trained = network.weights();
        }
        Safetensors.Model snapshot = new Safetensors.Model(spec, trained);
        Answer answer = answer(snapshot, examples);
        ByteBuffer floats =
                ByteBuffer.allocate((answer.logits.length + answer.gradient.length) * Float.BYTES)
                        .order(ByteOrder.LITTLE_ENDIAN);
        floats.asFloatBuffer().put(answer.logits).put(answer.gradient);
        Path folder = Path.of("../learning/src/test/resources" + FOLDER);
        Files.createDirectories(folder);
        Files.write(folder.resolve(name + ".safetensors"), Safetensors.write(snapshot));
        Files.write(folder.resolve(name + ".f32"), floats.array());
    }

    private static byte[] bytes(String file) throws IOException {
        if ("write".equals(System.getProperty("alma.golden"))) {
            return Files.readAllBytes(Path.of("../learning/src/test/resources" + FOLDER + file));
        }
        try (InputStream in = AgreementContract.class.getResourceAsStream(FOLDER + file)) {
            return in.readAllBytes();
        }
    }
}
