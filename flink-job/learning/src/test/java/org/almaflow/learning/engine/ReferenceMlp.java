package org.almaflow.learning.engine;

import java.nio.ByteBuffer;
import java.util.List;
import org.almaflow.learning.network.InputSpec;
import org.almaflow.learning.network.MlpSpec;

/**
 * The definition of an MLP's loss in double, with gradients by central differences: the oracle of
 * {@link EngineContract}. It shares no code with any engine.
 */
final class ReferenceMlp {
    private static final double H = 1e-6;

    private final MlpSpec spec;

    ReferenceMlp(MlpSpec spec) {
        this.spec = spec;
    }

    double[] logits(double[] parameters, Examples examples, int row) {
        double[] x = example(examples, row);
        List<Integer> widths = spec.widths();
        int at = 0;
        for (int layer = 1; layer < widths.size(); layer++) {
            double[] y = new double[widths.get(layer)];
            for (int o = 0; o < y.length; o++) {
                for (double value : x) {
                    y[o] += parameters[at++] * value;
                }
            }
            for (int o = 0; o < y.length; o++) {
                y[o] += parameters[at++];
                if (layer + 1 < widths.size() && y[o] < 0) {
                    y[o] = 0;
                }
            }
            x = y;
        }
        return x;
    }

    /** Sum of the cross-entropy over {@code rows[from..to)}, in nats. */
    double loss(double[] parameters, Examples examples, int[] rows, int from, int to) {
        double sum = 0;
        for (int i = from; i < to; i++) {
            double[] z = logits(parameters, examples, rows[i]);
            double normaliser = 0;
            for (double value : z) {
                normaliser += Math.exp(value);
            }
            sum += Math.log(normaliser) - z[examples.labels()[rows[i]]];
        }
        return sum;
    }

    /** Gradient of the mean loss. */
    double[] gradient(double[] parameters, Examples examples, int[] rows, int from, int to) {
        double[] gradient = new double[parameters.length];
        double[] moved = parameters.clone();
        for (int i = 0; i < gradient.length; i++) {
            moved[i] = parameters[i] + H;
            double up = loss(moved, examples, rows, from, to);
            moved[i] = parameters[i] - H;
            double down = loss(moved, examples, rows, from, to);
            moved[i] = parameters[i];
            gradient[i] = (up - down) / (2 * H) / (to - from);
        }
        return gradient;
    }

    private static double[] example(Examples examples, int row) {
        InputSpec input = examples.input();
        ByteBuffer bytes = examples.features();
        int elements = input.elements();
        int perChannel = elements / input.shape().get(0);
        double[] x = new double[elements];
        for (int i = 0; i < elements; i++) {
            int at = (row * elements + i) * input.type().bytes();
            double value =
                    switch (input.type()) {
                        case UINT8 -> (bytes.get(at) & 0xFF) / 255.0;
                        case FLOAT32 -> bytes.getFloat(at);
                        case INT32 -> bytes.getInt(at);
                    };
            int channel = input.mean().size() == 1 ? 0 : i / perChannel;
            x[i] =
                    input.mean().isEmpty()
                            ? value
                            : (value - input.mean().get(channel)) / input.std().get(channel);
        }
        return x;
    }
}
