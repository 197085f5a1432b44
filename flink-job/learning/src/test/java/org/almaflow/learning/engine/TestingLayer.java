package org.almaflow.learning.engine;

import java.util.List;
import org.almaflow.learning.network.Mixture;

/**
 * A layer of experts and gates in loops over one example, forward and backward. A plain layer is
 * one with a single expert.
 *
 * @param weight where the weights [experts, out, in] begin in the parameters
 * @param gateWeight where the gates' weights [gates, in] begin
 * @param relu whether the experts end in a ReLU
 */
record TestingLayer(
        Mixture mixture,
        int in,
        int out,
        int weight,
        int bias,
        int gateWeight,
        int gateBias,
        boolean relu) {
    /** What the forward pass leaves for the backward pass. */
    record Trace(double[] input, double[][] experts, double[] gates, double[] output) {}

    Trace forward(float[] parameters, double[] x) {
        double[][] experts = new double[mixture.experts()][];
        for (int e = 0; e < experts.length; e++) {
            experts[e] = linear(parameters, x, weight + e * out * in, bias + e * out, out);
            for (int o = 0; relu && o < out; o++) {
                experts[e][o] = Math.max(experts[e][o], 0); // keeps NaN
            }
        }
        double[] gates = linear(parameters, x, gateWeight, gateBias, mixture.gates());
        normalise(mixture, gates);
        return new Trace(x, experts, gates, value(mixture, experts, gates));
    }

    private double[] linear(float[] parameters, double[] x, int w, int b, int rows) {
        double[] y = new double[rows];
        for (int o = 0; o < rows; o++) {
            y[o] = parameters[b + o];
            for (int i = 0; i < in; i++) {
                y[o] += (double) parameters[w + o * in + i] * x[i];
            }
        }
        return y;
    }

    private static void normalise(Mixture mixture, double[] gates) {
        if (mixture instanceof Mixture.Node node) {
            TestingNetwork.softmax(gates, node.gate(), node.children().size());
            node.children().forEach(child -> normalise(child, gates));
        }
    }

    /** {@code h_last + Σ_{j<last} g_j·(h_j − h_last)}: exact over equal children. */
    private static double[] value(Mixture mixture, double[][] experts, double[] gates) {
        if (mixture instanceof Mixture.Leaf leaf) {
            return experts[leaf.expert()];
        }
        Mixture.Node node = (Mixture.Node) mixture;
        List<double[]> children =
                node.children().stream().map(c -> value(c, experts, gates)).toList();
        double[] last = children.get(children.size() - 1);
        double[] sum = last.clone();
        for (int j = 0; j + 1 < children.size(); j++) {
            for (int o = 0; o < sum.length; o++) {
                sum[o] += gates[node.gate() + j] * (children.get(j)[o] - last[o]);
            }
        }
        return sum;
    }

    /** Adds to the gradient of the parameters; returns that of the input. */
    double[] backward(float[] parameters, Trace trace, double[] delta, double[] gradient) {
        double[] below = new double[in];
        backward(mixture, parameters, trace, delta, gradient, below);
        return below;
    }

    private void backward(
            Mixture at,
            float[] parameters,
            Trace trace,
            double[] delta,
            double[] gradient,
            double[] below) {
        if (at instanceof Mixture.Leaf leaf) {
            double[] own = delta.clone();
            for (int o = 0; relu && o < out; o++) {
                own[o] = trace.experts()[leaf.expert()][o] <= 0 ? 0 : own[o]; // keeps NaN
            }
            int e = leaf.expert();
            linearBackward(
                    parameters, trace, own, weight + e * out * in, bias + e * out, gradient, below);
            return;
        }
        Mixture.Node node = (Mixture.Node) at;
        int count = node.children().size();
        double[] toGate = new double[count];
        double mean = 0;
        for (int j = 0; j < count; j++) {
            double g = trace.gates()[node.gate() + j];
            double[] child = value(node.children().get(j), trace.experts(), trace.gates());
            double[] toChild = new double[out];
            for (int o = 0; o < out; o++) {
                toGate[j] += delta[o] * child[o];
                toChild[o] = delta[o] * g;
            }
            mean += g * toGate[j];
            backward(node.children().get(j), parameters, trace, toChild, gradient, below);
        }
        for (int j = 0; j < count; j++) {
            toGate[j] = trace.gates()[node.gate() + j] * (toGate[j] - mean);
        }
        linearBackward(
                parameters,
                trace,
                toGate,
                gateWeight + node.gate() * in,
                gateBias + node.gate(),
                gradient,
                below);
    }

    private void linearBackward(
            float[] parameters,
            Trace trace,
            double[] delta,
            int w,
            int b,
            double[] gradient,
            double[] below) {
        for (int o = 0; o < delta.length; o++) {
            gradient[b + o] += delta[o];
            for (int i = 0; i < in; i++) {
                gradient[w + o * in + i] += delta[o] * trace.input()[i];
                below[i] += delta[o] * parameters[w + o * in + i];
            }
        }
    }

    /** Adds the product of the gates on the path to each expert. */
    static void addUsage(Mixture mixture, double[] gates, double share, double[] usage) {
        if (mixture instanceof Mixture.Leaf leaf) {
            usage[leaf.expert()] += share;
            return;
        }
        Mixture.Node node = (Mixture.Node) mixture;
        for (int j = 0; j < node.children().size(); j++) {
            addUsage(node.children().get(j), gates, share * gates[node.gate() + j], usage);
        }
    }
}
