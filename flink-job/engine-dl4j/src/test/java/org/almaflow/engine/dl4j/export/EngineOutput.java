package org.almaflow.engine.dl4j.export;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.SplittableRandom;
import org.almaflow.engine.dl4j.Dl4jEngineProvider;
import org.almaflow.learning.engine.Engine;
import org.almaflow.learning.engine.EngineOptions;
import org.almaflow.learning.engine.ExampleSet;
import org.almaflow.learning.engine.Examples;
import org.almaflow.learning.engine.Network;
import org.almaflow.learning.network.InputSpec;
import org.almaflow.learning.network.NetworkSpec;
import org.almaflow.learning.network.Safetensors.Model;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * Random examples and what the engine makes of them.
 *
 * @param rows the raw values, [examples, elements]
 * @param logits mean over the models, [examples, classes]
 * @param probabilities mean over the models of each one's softmax
 */
record EngineOutput(INDArray rows, INDArray logits, INDArray probabilities) {
    static EngineOutput of(NetworkSpec spec, int count, Model... models) {
        float[] raw = new float[count * spec.input().elements()];
        Examples examples = examples(spec, count, raw);
        try (Engine engine = new Dl4jEngineProvider().open(EngineOptions.defaults());
                ExampleSet set = engine.upload(examples)) {
            INDArray logits = Nd4j.zeros(count, spec.classes());
            INDArray probabilities = Nd4j.zeros(count, spec.classes());
            for (Model model : models) {
                INDArray each = logits(engine, set, model);
                logits.addi(each);
                probabilities.addi(Transforms.softmax(each));
            }
            return new EngineOutput(
                    Nd4j.createFromArray(raw).reshape('c', count, spec.input().elements()),
                    logits.divi(models.length),
                    probabilities.divi(models.length));
        }
    }

    INDArray softmaxOfMeanLogits() {
        return Transforms.softmax(logits);
    }

    private static INDArray logits(Engine engine, ExampleSet set, Model model) {
        int classes = model.network().classes();
        float[] logits = new float[set.count() * classes];
        try (Network network = engine.network(model.network())) {
            network.load(model.weights());
            network.logits(set, 0, set.count(), logits);
        }
        return Nd4j.createFromArray(logits).reshape('c', set.count(), classes);
    }

    private static Examples examples(NetworkSpec spec, int count, float[] raw) {
        InputSpec input = spec.input();
        ByteBuffer bytes =
                ByteBuffer.allocate(count * input.bytes()).order(ByteOrder.LITTLE_ENDIAN);
        SplittableRandom random = new SplittableRandom(count);
        for (int i = 0; i < raw.length; i++) {
            switch (input.type()) {
                case UINT8 -> {
                    raw[i] = random.nextInt(256);
                    bytes.put((byte) raw[i]);
                }
                case INT32, TOKEN -> {
                    raw[i] = random.nextInt(-9, 10);
                    bytes.putInt((int) raw[i]);
                }
                case FLOAT32 -> {
                    raw[i] = (float) random.nextDouble(-2, 2);
                    bytes.putFloat(raw[i]);
                }
            }
        }
        return new Examples(input, spec.classes(), bytes.flip(), new int[count]);
    }
}
