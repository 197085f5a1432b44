package org.almaflow.learning.engine;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.almaflow.learning.network.Mixture;
import org.almaflow.learning.network.TensorSpec;
import org.almaflow.learning.network.VggSpec;

/**
 * The definition of a VGG on a mini-batch in double, image by image [c, h, w]: part of {@link
 * ReferenceNetwork}. In training mode it normalises by the mini-batch and notes the statistics.
 */
final class ReferenceVgg {
    private final VggSpec spec;
    private final double[] values;
    private final Map<String, Integer> begin = new HashMap<>();

    /** Set in training mode: the values with moved statistics. */
    private double[] moved;

    ReferenceVgg(VggSpec spec, double[] values) {
        this.spec = spec;
        this.values = values;
        int at = 0;
        for (TensorSpec t : spec.tensors()) {
            begin.put(t.name(), at);
            at += t.size();
        }
    }

    /** Logits in inference mode. */
    double[] logits(double[] image) {
        moved = null;
        return run(List.of(image)).get(0);
    }

    /** Logits in training mode. */
    List<double[]> train(List<double[]> images) {
        moved = values.clone();
        return run(images);
    }

    /** Adds the products of the gates on the paths to the experts, for one image. */
    void addUsage(double[] image, double[][] usage) {
        moved = null;
        List<double[]> x = List.of(image);
        for (int b = 0; b < spec.blocks().size(); b++) {
            if (b >= VggSpec.SHARED) {
                Mixture mixture = spec.blocks().get(b).mixture();
                double[] z = gates(b, x.get(0));
                for (int e = 0; e < mixture.experts(); e++) {
                    List<List<double[]>> only = new ArrayList<>();
                    for (int other = 0; other < mixture.experts(); other++) {
                        only.add(List.of(new double[] {other == e ? 1 : 0}));
                    }
                    double[] share = new double[1];
                    blend(mixture, 1, z, only, 0, share);
                    usage[b - VggSpec.SHARED][e] += share[0];
                }
            }
            x = block(b, x);
        }
    }

    /** The values after {@link #train}: the statistics have moved. */
    double[] moved() {
        return moved;
    }

    private List<double[]> run(List<double[]> images) {
        List<double[]> x = images;
        for (int b = 0; b < spec.blocks().size(); b++) {
            x = block(b, x);
        }
        int weight = begin.get("output.weight");
        int bias = begin.get("output.bias");
        return x.stream().map(i -> linear(i, weight, bias, spec.classes())).toList();
    }

    private List<double[]> block(int b, List<double[]> x) {
        Mixture mixture = spec.blocks().get(b).mixture();
        List<List<double[]>> experts = new ArrayList<>();
        for (int e = 0; e < mixture.experts(); e++) {
            experts.add(expert(b, e, x));
        }
        List<double[]> out = new ArrayList<>();
        for (int i = 0; i < x.size(); i++) {
            double[] y = new double[experts.get(0).get(i).length];
            blend(mixture, 1, gates(b, x.get(i)), experts, i, y);
            out.add(y);
        }
        return out;
    }

    private static void blend(
            Mixture at, double share, double[] z, List<List<double[]>> h, int image, double[] y) {
        if (at instanceof Mixture.Leaf leaf) {
            for (int o = 0; o < y.length; o++) {
                y[o] += share * h.get(leaf.expert()).get(image)[o];
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
            blend(node.children().get(j), share * gate, z, h, image, y);
        }
    }

    private double[] gates(int b, double[] x) {
        int gates = spec.blocks().get(b).mixture().gates();
        if (gates == 0) {
            return new double[0];
        }
        int h = spec.fedHeight(b);
        int w = spec.fedWidth(b);
        double[] pooled = new double[spec.gateInputs(b)];
        for (int i = 0; i < pooled.length; i++) {
            int top = i / 4 % 4 * h / 4;
            int bottom = (int) Math.ceil((i / 4 % 4 + 1) * h / 4.0);
            int left = i % 4 * w / 4;
            int right = (int) Math.ceil((i % 4 + 1) * w / 4.0);
            for (int p = 0; p < (bottom - top) * (right - left); p++) {
                int row = top + p / (right - left);
                int column = left + p % (right - left);
                pooled[i] += x[(i / 16 * h + row) * w + column];
            }
            pooled[i] /= (bottom - top) * (right - left);
        }
        String name = "blocks." + b + ".gates";
        return linear(pooled, begin.get(name + ".weight"), begin.get(name + ".bias"), gates);
    }

    private double[] linear(double[] x, int weight, int bias, int out) {
        double[] y = new double[out];
        for (int o = 0; o < out; o++) {
            y[o] = values[bias + o];
            for (int i = 0; i < x.length; i++) {
                y[o] += values[weight + o * x.length + i] * x[i];
            }
        }
        return y;
    }

    private List<double[]> expert(int b, int e, List<double[]> images) {
        int h = spec.fedHeight(b);
        int w = spec.fedWidth(b);
        List<double[]> x = images;
        int in = spec.fedChannels(b);
        String name = "blocks." + b + ".experts.";
        for (int i = 0; i < spec.blocks().get(b).channels().size(); i++) {
            int out = spec.blocks().get(b).channels().get(i);
            int weight = begin.get(name + "convs." + i + ".weight") + e * out * in * 9;
            int bias = begin.get(name + "convs." + i + ".bias") + e * out;
            int from = in;
            x = x.stream().map(image -> convolve(image, from, h, w, weight, bias, out)).toList();
            normalise(x, h * w, name + "norms." + i, e * out);
            in = out;
        }
        int channels = in;
        return x.stream().map(image -> pool(image, channels, h, w)).toList();
    }

    private double[] convolve(double[] x, int in, int h, int w, int weight, int bias, int out) {
        double[] y = new double[out * h * w];
        for (int i = 0; i < y.length; i++) {
            int o = i / (h * w);
            y[i] = values[bias + o];
            for (int k = 0; k < in * 9; k++) {
                int row = i / w % h + k / 3 % 3 - 1;
                int column = i % w + k % 3 - 1;
                if (row >= 0 && row < h && column >= 0 && column < w) {
                    y[i] += values[weight + o * in * 9 + k] * x[(k / 9 * h + row) * w + column];
                }
            }
        }
        return y;
    }

    /** Normalises in place, ReLU included. */
    private void normalise(List<double[]> x, int pixels, String norm, int skipped) {
        int channels = x.get(0).length / pixels;
        for (int c = 0; c < channels; c++) {
            int meanAt = begin.get(norm + ".running_mean") + skipped + c;
            int varianceAt = begin.get(norm + ".running_var") + skipped + c;
            double mean = values[meanAt];
            double variance = values[varianceAt];
            if (moved != null) {
                double n = (double) pixels * x.size();
                mean = 0;
                variance = 0;
                for (double[] image : x) {
                    for (int p = 0; p < pixels; p++) {
                        mean += image[c * pixels + p] / n;
                    }
                }
                for (double[] image : x) {
                    for (int p = 0; p < pixels; p++) {
                        variance += Math.pow(image[c * pixels + p] - mean, 2) / n;
                    }
                }
                moved[meanAt] += 0.1 * (mean - moved[meanAt]);
                moved[varianceAt] += 0.1 * (variance * n / (n - 1) - moved[varianceAt]);
            }
            double gamma = values[begin.get(norm + ".weight") + skipped + c];
            double beta = values[begin.get(norm + ".bias") + skipped + c];
            for (double[] image : x) {
                for (int p = c * pixels; p < (c + 1) * pixels; p++) {
                    double z = (image[p] - mean) / Math.sqrt(variance + 1e-5) * gamma + beta;
                    image[p] = Math.max(0, z);
                }
            }
        }
    }

    private static double[] pool(double[] x, int channels, int h, int w) {
        double[] y = new double[channels * (h / 2) * (w / 2)];
        for (int i = 0; i < y.length; i++) {
            int column = i % (w / 2) * 2;
            int row = i / (w / 2) % (h / 2) * 2;
            int at = (i / ((h / 2) * (w / 2)) * h + row) * w + column;
            y[i] = Math.max(Math.max(x[at], x[at + 1]), Math.max(x[at + w], x[at + w + 1]));
        }
        return y;
    }
}
