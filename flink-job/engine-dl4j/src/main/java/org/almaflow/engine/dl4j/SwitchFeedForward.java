package org.almaflow.engine.dl4j;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.almaflow.learning.network.TransformerSpec;

/**
 * Experts of which each row goes to one ({@link TransformerSpec}). An expert has a place for every
 * row that it may take; places that stay empty hold zeros and get no gradient.
 */
final class SwitchFeedForward implements FeedForward {
    private final TransformerBuffers buffers;
    private final int positions;
    private final int width;
    private final int experts;
    private final int capacity;
    private final int gateAt;
    private final float[] gates;
    private final float[] probabilities;
    private final int[] choices;

    /** Place of each row with its expert; -1 where that has none left. */
    private final int[] places;

    private final List<DenseFeedForward> each = new ArrayList<>();
    private final List<float[]> outputs = new ArrayList<>();
    private final float[] in;

    SwitchFeedForward(int block, TransformerBuffers buffers) {
        TransformerSpec spec = buffers.spec();
        Workspace workspace = buffers.workspace();
        String name = "blocks." + block + ".";
        this.buffers = buffers;
        this.positions = spec.positions();
        this.width = spec.width();
        this.experts = spec.experts(block);
        this.capacity = spec.capacity(block);
        this.gateAt = buffers.model().begin(name + "gates.weight");
        this.gates = workspace.heap(experts * width);
        this.probabilities = workspace.heap(buffers.rows() * experts);
        this.choices = new int[buffers.rows()];
        this.places = new int[buffers.rows()];
        int rows = buffers.sequences() * capacity;
        this.in = workspace.heap(rows * width);
        for (int e = 0; e < experts; e++) {
            each.add(new DenseFeedForward(name + "experts.", e, rows, buffers));
            outputs.add(workspace.heap(rows * width));
        }
    }

    @Override
    public void forward(float[] h, float[] y) {
        buffers.workspace().parameters().read(gateAt, gates, gates.length);
        for (int row = 0; row < choices.length; row++) {
            choose(h, row);
        }
        place();
        for (int e = 0; e < experts; e++) {
            Arrays.fill(in, 0);
            for (int row = 0; row < choices.length; row++) {
                if (choices[row] == e && places[row] >= 0) {
                    System.arraycopy(h, row * width, in, places[row] * width, width);
                }
            }
            each.get(e).forward(in, outputs.get(e));
        }
        for (int row = 0; row < choices.length; row++) {
            float share = places[row] < 0 ? 0 : probability(row);
            int from = Math.max(0, places[row]) * width;
            float[] output = outputs.get(choices[row]);
            for (int i = 0; i < width; i++) {
                y[row * width + i] = share == 0 ? 0 : share * output[from + i];
            }
        }
    }

    private float probability(int row) {
        return probabilities[row * experts + choices[row]];
    }

    /** Sums are added up alike for every expert, so that equal gates give equal probabilities. */
    private void choose(float[] h, int row) {
        int at = row * experts;
        float max = Float.NEGATIVE_INFINITY;
        for (int e = 0; e < experts; e++) {
            float sum = 0;
            for (int i = 0; i < width; i++) {
                sum += h[row * width + i] * gates[e * width + i];
            }
            probabilities[at + e] = sum;
            max = Math.max(max, sum);
        }
        int equal = 0;
        for (int e = 0; e < experts; e++) {
            equal += probabilities[at + e] == max ? 1 : 0;
        }
        int skip = row % positions % Math.max(1, equal);
        choices[row] = 0;
        double sum = 0;
        for (int e = 0; e < experts; e++) {
            if (probabilities[at + e] == max && skip-- == 0) {
                choices[row] = e;
            }
            probabilities[at + e] = (float) Math.exp(probabilities[at + e] - max);
            sum += probabilities[at + e];
        }
        for (int e = 0; e < experts; e++) {
            probabilities[at + e] = (float) (probabilities[at + e] / sum);
        }
    }

    private void place() {
        int[] taken = new int[experts];
        for (int row = 0; row < choices.length; row++) {
            if (row % positions == 0) {
                Arrays.fill(taken, 0);
            }
            int place = taken[choices[row]]++;
            places[row] = place < capacity ? row / positions * capacity + place : -1;
        }
    }

    @Override
    public void backward(float[] h, float[] dy, float[] dh, float[] gradient) {
        Arrays.fill(dh, 0, choices.length * width, 0);
        for (int e = 0; e < experts; e++) {
            expertBackward(e, dy, dh, gradient);
        }
        gateBackward(h, dy, dh, gradient);
    }

    private void expertBackward(int e, float[] dy, float[] dh, float[] gradient) {
        Arrays.fill(in, 0);
        for (int row = 0; row < choices.length; row++) {
            if (choices[row] == e && places[row] >= 0) {
                for (int i = 0; i < width; i++) {
                    in[places[row] * width + i] = probability(row) * dy[row * width + i];
                }
            }
        }
        each.get(e).backward(in, in, in, gradient);
        for (int row = 0; row < choices.length; row++) {
            if (choices[row] == e && places[row] >= 0) {
                System.arraycopy(in, places[row] * width, dh, row * width, width);
            }
        }
    }

    /** From the probability of the expert that was chosen, and from the load-balancing loss. */
    private void gateBackward(float[] h, float[] dy, float[] dh, float[] gradient) {
        Arrays.fill(gradient, gateAt, gateAt + gates.length, 0);
        float[] balance = balance();
        float[] delta = new float[experts];
        for (int row = 0; row < choices.length; row++) {
            System.arraycopy(balance, 0, delta, 0, experts);
            if (places[row] >= 0) {
                delta[choices[row]] += product(dy, row * width, row);
            }
            int at = row * experts;
            float mean = 0;
            for (int e = 0; e < experts; e++) {
                mean += probabilities[at + e] * delta[e];
            }
            for (int e = 0; e < experts; e++) {
                float d = probabilities[at + e] * (delta[e] - mean);
                for (int i = 0; i < width; i++) {
                    gradient[gateAt + e * width + i] += d * h[row * width + i];
                    dh[row * width + i] += d * gates[e * width + i];
                }
            }
        }
    }

    private float product(float[] dy, int at, int row) {
        float[] output = outputs.get(choices[row]);
        float sum = 0;
        for (int i = 0; i < width; i++) {
            sum += dy[at + i] * output[places[row] * width + i];
        }
        return sum;
    }

    /** The gradient of every row's probability of each expert from the load-balancing loss. */
    private float[] balance() {
        float[] balance = new float[experts];
        for (int choice : choices) {
            balance[choice]++;
        }
        double rows = choices.length;
        for (int e = 0; e < experts; e++) {
            balance[e] = (float) (TransformerSpec.BALANCE * experts * (balance[e] / rows) / rows);
        }
        return balance;
    }

    @Override
    public int[] choices() {
        return choices;
    }
}
