package org.almaflow.learning.engine;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.almaflow.learning.network.InputSpec;
import org.almaflow.learning.network.JointSpec;
import org.almaflow.learning.network.Mixture;
import org.almaflow.learning.network.MixtureMlpSpec;
import org.almaflow.learning.network.MlpSpec;
import org.almaflow.learning.network.NetworkSpec;
import org.almaflow.learning.network.TensorSpec;
import org.almaflow.learning.network.VggSpec;

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
        return logits(parameters, example(examples, row));
    }

    double[] logits(double[] parameters, double[] x) {
        if (spec instanceof VggSpec vgg) {
            return new ReferenceVgg(vgg, parameters).logits(x);
        }
        if (spec instanceof MixtureMlpSpec mixture) {
            return mixture(mixture, parameters, x);
        }
        if (spec instanceof JointSpec joint) {
            return joint(joint, parameters, (each, own) -> List.of(each.logits(own, x))).get(0);
        }
        return mlp((MlpSpec) spec, parameters, x);
    }

    /** Logits of a network of a joint one, with its own parameters. */
    private interface Part {
        List<double[]> logits(ReferenceNetwork each, double[] own);
    }

    private static List<double[]> joint(JointSpec spec, double[] parameters, Part part) {
        List<double[]> joined = new ArrayList<>();
        boolean sum = spec.joining() == JointSpec.Joining.SUM;
        for (int n = 0; n < spec.networks(); n++) {
            double[] own = part(spec, parameters, n);
            List<double[]> logits = part.logits(new ReferenceNetwork(spec.each()), own);
            for (int i = 0; i < logits.size(); i++) {
                if (n == 0) {
                    joined.add(new double[spec.classes()]);
                }
                for (int c = 0; c < spec.classes(); c++) {
                    joined.get(i)[c] += logits.get(i)[c] / (sum ? 1 : spec.networks());
                }
            }
        }
        return joined;
    }

    private static double[] part(JointSpec spec, double[] parameters, int n) {
        double[] own = new double[parameters.length / spec.networks()];
        int from = 0;
        for (TensorSpec t : spec.each().tensors()) {
            int at = from * spec.networks() + n * t.size();
            System.arraycopy(parameters, at, own, from, t.size());
            from += t.size();
        }
        return own;
    }

    /** Logits in training mode, where a batch normalisation sees the whole mini-batch. */
    private List<double[]> train(double[] parameters, List<double[]> xs) {
        if (spec instanceof VggSpec vgg) {
            return new ReferenceVgg(vgg, parameters).train(xs);
        }
        if (spec instanceof JointSpec joint) {
            return joint(joint, parameters, (each, own) -> each.train(own, xs));
        }
        return xs.stream().map(x -> logits(parameters, x)).toList();
    }

    /** All values after a step that leaves the parameters: the statistics have moved. */
    double[] moved(double[] parameters, Examples examples, int[] rows, int from, int to) {
        return moved(parameters, batch(examples, rows, from, to));
    }

    /** As above, on examples that may be changed. */
    double[] moved(double[] parameters, List<double[]> xs) {
        if (spec instanceof VggSpec vgg) {
            ReferenceVgg reference = new ReferenceVgg(vgg, parameters);
            reference.train(xs);
            return reference.moved();
        }
        double[] moved = parameters.clone();
        if (spec instanceof JointSpec joint) {
            for (int n = 0; n < joint.networks(); n++) {
                double[] own =
                        new ReferenceNetwork(joint.each()).moved(part(joint, parameters, n), xs);
                int at = 0;
                for (TensorSpec t : joint.each().tensors()) {
                    int to = at * joint.networks() + n * t.size();
                    System.arraycopy(own, at, moved, to, t.size());
                    at += t.size();
                }
            }
        }
        return moved;
    }

    private static List<double[]> batch(Examples examples, int[] rows, int from, int to) {
        return Arrays.stream(rows, from, to).mapToObj(row -> example(examples, row)).toList();
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

    /** Sum of the cross-entropy over {@code rows[from..to)} in training mode, in nats. */
    double loss(double[] parameters, Examples examples, int[] rows, int from, int to) {
        int[] labels = Arrays.stream(rows, from, to).map(row -> examples.labels()[row]).toArray();
        return loss(parameters, batch(examples, rows, from, to), labels);
    }

    /** Sum of the cross-entropy on examples that may be changed. */
    double loss(double[] parameters, List<double[]> xs, int[] labels) {
        List<double[]> logits = train(parameters, xs);
        double sum = 0;
        for (int i = 0; i < labels.length; i++) {
            double normaliser = 0;
            for (double value : logits.get(i)) {
                normaliser += Math.exp(value);
            }
            sum += Math.log(normaliser) - logits.get(i)[labels[i]];
        }
        return sum;
    }

    /** Gradient of the mean loss; 0 for statistics. */
    double[] gradient(double[] parameters, Examples examples, int[] rows, int from, int to) {
        int[] labels = Arrays.stream(rows, from, to).map(row -> examples.labels()[row]).toArray();
        return gradient(parameters, batch(examples, rows, from, to), labels);
    }

    /** Gradient of the mean loss on examples that may be changed. */
    double[] gradient(double[] parameters, List<double[]> xs, int[] labels) {
        double[] gradient = new double[parameters.length];
        double[] moved = parameters.clone();
        for (int i = 0; i < spec.parameters(); i++) {
            moved[i] = parameters[i] + H;
            double up = loss(moved, xs, labels);
            moved[i] = parameters[i] - H;
            double down = loss(moved, xs, labels);
            moved[i] = parameters[i];
            gradient[i] = (up - down) / (2 * H) / labels.length;
        }
        return gradient;
    }

    static double[] example(Examples examples, int row) {
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
                        case INT32, TOKEN -> bytes.getInt(at);
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
