package org.almaflow.learning.engine;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.almaflow.learning.network.TensorSpec;
import org.almaflow.learning.network.TransformerSpec;

/**
 * What {@link TransformerSpec} defines, written down position by position in double precision; its
 * gradients are central differences.
 */
final class ReferenceTransformer {
    private static final double STEP = 1e-5;

    private final TransformerSpec spec;
    private final Map<String, Integer> begin = new HashMap<>();

    /** Of the mini-batch so far: rows sent to each expert, sums of probabilities, choices. */
    private double[][] sent;

    private double[][] probability;
    private int[][] chosen;

    private double[] parameters;
    private Dropout dropout;
    private int position;

    ReferenceTransformer(TransformerSpec spec) {
        this.spec = spec;
        int at = 0;
        for (TensorSpec t : spec.tensors()) {
            begin.put(t.name(), at);
            at += t.size();
        }
    }

    /** Mean cross-entropy over the targets of sequences, without load balancing. */
    double loss(double[] weights, List<int[]> sequences, Dropout drop, int first) {
        return totals(weights, sequences, drop, first)[0];
    }

    /** Gradient of the mean cross-entropy and the load-balancing loss. */
    double[] gradient(double[] weights, List<int[]> sequences, Dropout drop, int first) {
        double[] gradient = new double[weights.length];
        double[] moved = weights.clone();
        for (int i = 0; i < weights.length; i++) {
            moved[i] = weights[i] + STEP;
            double[] above = totals(moved, sequences, drop, first);
            moved[i] = weights[i] - STEP;
            double[] below = totals(moved, sequences, drop, first);
            moved[i] = weights[i];
            gradient[i] = (above[0] + above[1] - below[0] - below[1]) / (2 * STEP);
        }
        return gradient;
    }

    /** Log-probabilities of the targets of one sequence, in inference. */
    double[] targets(double[] weights, int[] tokens) {
        begin(weights, null, 0);
        return sequence(tokens);
    }

    /** Expert of each position of that sequence in each block that has some. */
    int[][] choices(double[] weights, int[] tokens) {
        targets(weights, tokens);
        return chosen;
    }

    private void begin(double[] weights, Dropout drop, int first) {
        parameters = weights;
        dropout = drop;
        position = first;
        int blocks = spec.experts().size();
        sent = new double[blocks][];
        probability = new double[blocks][];
        chosen = new int[blocks][spec.positions()];
        for (int b = 0; b < blocks; b++) {
            sent[b] = new double[spec.experts().get(b)];
            probability[b] = new double[spec.experts().get(b)];
        }
    }

    /** Cross-entropy and load-balancing loss. */
    private double[] totals(double[] weights, List<int[]> sequences, Dropout drop, int first) {
        begin(weights, drop, first);
        double loss = 0;
        for (int[] tokens : sequences) {
            loss -= Arrays.stream(sequence(tokens)).sum();
            position++;
        }
        double rows = (double) sequences.size() * spec.positions();
        double balance = 0;
        for (int b = 0; b < sent.length; b++) {
            for (int e = 0; e < sent[b].length; e++) {
                balance += sent[b].length * sent[b][e] / rows * probability[b][e] / rows;
            }
        }
        return new double[] {loss / rows, TransformerSpec.BALANCE * balance};
    }

    private double[] sequence(int[] tokens) {
        int positions = spec.positions();
        double[][] x = new double[positions][spec.width()];
        for (int t = 0; t < positions; t++) {
            for (int i = 0; i < spec.width(); i++) {
                x[t][i] = at("tokens.weight", tokens[t], i) + at("positions.weight", t, i);
            }
        }
        drop(x, 0);
        for (int b = 0; b < spec.layers(); b++) {
            String name = "blocks." + b + ".";
            double[][] y = attention(name + "attention.", norm(name + "norm1", x));
            add(x, y, 2 * b + 1);
            double[][] h = norm(name + "norm2", x);
            add(x, spec.experts(b) > 0 ? experts(b, name, h) : dense(name, 0, h), 2 * b + 2);
        }
        double[][] h = norm("norm", x);
        double[] logProbabilities = new double[positions];
        for (int t = 0; t < positions; t++) {
            double[] logits = new double[spec.classes()];
            for (int v = 0; v < logits.length; v++) {
                for (int i = 0; i < spec.width(); i++) {
                    logits[v] += h[t][i] * at("tokens.weight", v, i);
                }
            }
            logProbabilities[t] = Math.log(softmax(logits)[tokens[t + 1]]);
        }
        return logProbabilities;
    }

    private double at(String tensor, int row, int column) {
        return parameters[begin.get(tensor) + row * spec.width() + column];
    }

    private void add(double[][] x, double[][] y, int place) {
        drop(y, place);
        for (int t = 0; t < x.length; t++) {
            for (int i = 0; i < x[t].length; i++) {
                x[t][i] += y[t][i];
            }
        }
    }

    private void drop(double[][] x, int place) {
        if (dropout == null) {
            return;
        }
        float[] factors = new float[x.length * spec.width()];
        Arrays.fill(factors, 1);
        dropout.apply(factors, 0, factors.length, position, place);
        for (int i = 0; i < factors.length; i++) {
            x[i / spec.width()][i % spec.width()] *= factors[i];
        }
    }

    private double[][] norm(String name, double[][] x) {
        double[][] y = new double[x.length][];
        for (int t = 0; t < x.length; t++) {
            double mean = Arrays.stream(x[t]).average().orElseThrow();
            double variance =
                    Arrays.stream(x[t]).map(v -> (v - mean) * (v - mean)).average().orElseThrow();
            y[t] = new double[x[t].length];
            for (int i = 0; i < y[t].length; i++) {
                double normal = (x[t][i] - mean) / Math.sqrt(variance + TransformerSpec.EPSILON);
                y[t][i] =
                        normal * parameters[begin.get(name + ".weight") + i]
                                + parameters[begin.get(name + ".bias") + i];
            }
        }
        return y;
    }

    /** Part {@code index} of stacked linear layers. */
    private double[] linear(String name, int index, int out, double[] x) {
        double[] y = new double[out];
        for (int o = 0; o < out; o++) {
            y[o] = parameters[begin.get(name + ".bias") + index * out + o];
            for (int i = 0; i < x.length; i++) {
                int weight = (index * out + o) * x.length + i;
                y[o] += parameters[begin.get(name + ".weight") + weight] * x[i];
            }
        }
        return y;
    }

    private double[][] attention(String name, double[][] h) {
        int width = spec.width();
        int size = width / spec.heads();
        double[][] qkv = new double[h.length][];
        for (int t = 0; t < h.length; t++) {
            qkv[t] = linear(name + "qkv", 0, 3 * width, h[t]);
        }
        double[][] y = new double[h.length][];
        for (int t = 0; t < h.length; t++) {
            double[] mixed = new double[width];
            for (int head = 0; head < width; head += size) {
                double[] scores = new double[t + 1];
                for (int s = 0; s <= t; s++) {
                    for (int i = head; i < head + size; i++) {
                        scores[s] += qkv[t][i] * qkv[s][width + i] / Math.sqrt(size);
                    }
                }
                double[] shares = softmax(scores);
                for (int s = 0; s <= t; s++) {
                    for (int i = head; i < head + size; i++) {
                        mixed[i] += shares[s] * qkv[s][2 * width + i];
                    }
                }
            }
            y[t] = linear(name + "out", 0, width, mixed);
        }
        return y;
    }

    private double[][] dense(String name, int index, double[]... h) {
        double[][] y = new double[h.length][];
        for (int t = 0; t < h.length; t++) {
            double[] inner = linear(name + "up", index, spec.feedForward(), h[t]);
            double[] rectified = Arrays.stream(inner).map(v -> Math.max(0, v)).toArray();
            y[t] = linear(name + "down", index, spec.width(), rectified);
        }
        return y;
    }

    private double[][] experts(int block, String name, double[][] h) {
        int b = block / 2;
        int experts = spec.experts(block);
        int[] taken = new int[experts];
        double[][] y = new double[h.length][spec.width()];
        for (int t = 0; t < h.length; t++) {
            double[] logits = new double[experts];
            for (int e = 0; e < experts; e++) {
                for (int i = 0; i < spec.width(); i++) {
                    logits[e] += h[t][i] * at(name + "gates.weight", e, i);
                }
            }
            int expert = choice(logits, t);
            double[] shares = softmax(logits);
            sent[b][expert]++;
            chosen[b][t] = expert;
            for (int e = 0; e < experts; e++) {
                probability[b][e] += shares[e];
            }
            if (taken[expert]++ < spec.capacity(block)) {
                double[] out = dense(name + "experts.", expert, new double[][] {h[t]})[0];
                y[t] = Arrays.stream(out).map(v -> v * shares[expert]).toArray();
            }
        }
        return y;
    }

    private static int choice(double[] logits, int t) {
        double max = Arrays.stream(logits).max().orElseThrow();
        int equal = (int) Arrays.stream(logits).filter(l -> l == max).count();
        int skip = t % equal;
        for (int e = 0; ; e++) {
            if (logits[e] == max && skip-- == 0) {
                return e;
            }
        }
    }

    private static double[] softmax(double[] scores) {
        double max = Arrays.stream(scores).max().orElseThrow();
        double[] shares = Arrays.stream(scores).map(s -> Math.exp(s - max)).toArray();
        double sum = Arrays.stream(shares).sum();
        return Arrays.stream(shares).map(s -> s / sum).toArray();
    }
}
