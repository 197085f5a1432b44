package org.almaflow.learning.engine;

import java.nio.ByteBuffer;
import java.util.List;
import org.almaflow.learning.network.InputSpec;
import org.almaflow.learning.network.JointSpec;
import org.almaflow.learning.network.Mixture;
import org.almaflow.learning.network.MixtureMlpSpec;
import org.almaflow.learning.network.MlpSpec;
import org.almaflow.learning.network.NetworkSpec;
import org.almaflow.learning.network.TensorSpec;

/**
 * The definition of a network's loss in double, with gradients by central differences: the oracle
 * of {@link EngineContract}. It shares no code with any engine.
 */
final class ReferenceNetwork {
    private static final double H = 1e-6;

    private final NetworkSpec spec;

    ReferenceNetwork(NetworkSpec spec) {
        this.spec = spec;
    }

    double[] logits(double[] parameters, Examples examples, int row) {
        double[] x = example(examples, row);
        if (spec instanceof MixtureMlpSpec mixture) {
            return mixture(mixture, parameters, x);
        }
        if (spec instanceof JointSpec joint) {
            return joint(joint, parameters, x);
        }
        return mlp((MlpSpec) spec, parameters, x);
    }

    private static double[] joint(JointSpec spec, double[] parameters, double[] x) {
        int networks = spec.networks();
        double[] mean = new double[spec.classes()];
        for (int n = 0; n < networks; n++) {
            double[] own = new double[parameters.length / networks];
            int from = 0;
            for (TensorSpec t : spec.each().tensors()) {
                System.arraycopy(parameters, from * networks + n * t.size(), own, from, t.size());
                from += t.size();
            }
            double[] logits = mlp((MlpSpec) spec.each(), own, x);
            for (int c = 0; c < mean.length; c++) {
                mean[c] += logits[c] / networks;
            }
        }
        return mean;
    }

    private static double[] mixture(MixtureMlpSpec spec, double[] parameters, double[] x) {
        int at = 0;
        double[] input = x;
        for (int i = 0; i < spec.hidden().size(); i++) {
            Mixture mixture = spec.hidden().get(i).mixture();
            int width = spec.hidden().get(i).width();
            int experts = mixture.experts();
            int gates = mixture.gates();
            double[] h = affine(parameters, at, experts * width, input);
            at += experts * width * (input.length + 1);
            double[] z = affine(parameters, at, gates, input);
            at += gates * (input.length + 1);
            double[] y = new double[width];
            blend(mixture, 1, z, h, y);
            input = y;
        }
        return affine(parameters, at, spec.classes(), input);
    }

    /** Adds each expert's ReLU times the product of the gates on its path. */
    private static void blend(Mixture at, double share, double[] z, double[] h, double[] y) {
        if (at instanceof Mixture.Leaf leaf) {
            for (int o = 0; o < y.length; o++) {
                y[o] += share * Math.max(0, h[leaf.expert() * y.length + o]);
            }
            return;
        }
        Mixture.Node node = (Mixture.Node) at;
        double total = 0;
        for (int j = 0; j < node.children().size(); j++) {
            total += Math.exp(z[node.gate() + j]);
        }
        for (int j = 0; j < node.children().size(); j++) {
            double gate = Math.exp(z[node.gate() + j]) / total;
            blend(node.children().get(j), share * gate, z, h, y);
        }
    }

    private static double[] affine(double[] parameters, int at, int rows, double[] x) {
        double[] y = new double[rows];
        for (int o = 0; o < rows; o++) {
            y[o] = parameters[at + rows * x.length + o];
            for (int i = 0; i < x.length; i++) {
                y[o] += parameters[at + o * x.length + i] * x[i];
            }
        }
        return y;
    }

    private static double[] mlp(MlpSpec spec, double[] parameters, double[] input) {
        double[] x = input;
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
