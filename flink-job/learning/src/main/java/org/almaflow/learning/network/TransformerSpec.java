package org.almaflow.learning.network;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Decoder-only transformer on sequences of tokens: the sum of a token's and its position's vector,
 * then pre-norm blocks {@code x += attention(norm(x)); x += feedForward(norm(x))}, a last norm, and
 * logits by the token vectors themselves (tied output). Attention is causal: position t sees
 * positions 0 … t. Feed-forward: linear, ReLU, linear.
 *
 * <p>In a mixture every other block, from the second on, has experts in the place of its
 * feed-forward part (Fedus et al. 2021, Switch): a token goes to the expert with the largest gate
 * probability, whose output is multiplied by it; of several equal ones, token t goes to the (t mod
 * how many)-th, so that exact copies share their tokens and the function is the same whoever gets
 * one. Of every sequence of T tokens an expert of E takes the first {@code ceil(T / E)} that are
 * sent to it (capacity factor 1), in training and inference alike; the others pass by it unchanged.
 * Training adds {@link #BALANCE} · E · Σ_e f_e·P_e for every such block to the loss, with f_e the
 * share of a mini-batch's tokens sent to e and P_e their mean probability of e.
 *
 * <p>Dropout leaves values out, and divides the others by the share that stays, after the sum of
 * vectors, and at the end of every attention and feed-forward part: in training only.
 *
 * @param input of T + 1 tokens: T positions
 * @param classes number of tokens in the vocabulary
 * @param width length of the vector of a position
 * @param heads of attention, which part the width evenly
 * @param feedForward width of the inner layer of a feed-forward part
 * @param dropout share left out, in [0, 1)
 * @param experts of each block that has some, from the input on; empty where none has
 */
public record TransformerSpec(
        InputSpec input,
        int classes,
        int layers,
        int width,
        int heads,
        int feedForward,
        double dropout,
        List<Integer> experts)
        implements NetworkSpec {
    /** Factor of the load-balancing loss. */
    public static final double BALANCE = 0.01;

    /** Added to a variance before its root is taken. */
    public static final double EPSILON = 1e-5;

    /** Bound of the vectors' initial elements: standard deviation 0.02. */
    private static final double VECTORS = 0.02 * Math.sqrt(3);

    public TransformerSpec {
        Objects.requireNonNull(input, "input");
        experts = List.copyOf(experts);
        if (!input.tokens()) {
            throw new IllegalArgumentException(
                    "a transformer needs a stream of tokens (stream.text), and examples are %s of shape %s"
                            .formatted(input.type(), input.shape()));
        }
        if (classes < 2) {
            throw new IllegalArgumentException("a network needs 2 tokens or more, not " + classes);
        }
        if (layers < 1 || width < 1 || heads < 1 || feedForward < 1 || width % heads != 0) {
            throw new IllegalArgumentException(
                    "layers, width, heads and feed_forward must be 1 or more and heads part the width evenly, not %d, %d, %d and %d"
                            .formatted(layers, width, heads, feedForward));
        }
        if (!(dropout >= 0 && dropout < 1)) {
            throw new IllegalArgumentException("dropout must be from 0 to below 1, not " + dropout);
        }
        boolean fits = experts.isEmpty() || experts.size() == layers / 2;
        if (!fits || experts.stream().anyMatch(e -> e < 1)) {
            throw new IllegalArgumentException(
                    "%d layers have experts in %d of them, 1 or more each, not %s"
                            .formatted(layers, layers / 2, experts));
        }
    }

    /** Positions of a sequence: T. */
    public int positions() {
        return input.targets();
    }

    /** Experts of a block; 0 where it has none. */
    public int experts(int block) {
        return block % 2 == 1 && !experts.isEmpty() ? experts.get(block / 2) : 0;
    }

    /** Tokens of one sequence that an expert of a block takes. */
    public int capacity(int block) {
        return (positions() + experts(block) - 1) / experts(block);
    }

    /** The same network with other numbers of experts. */
    public TransformerSpec withExperts(List<Integer> numbers) {
        return new TransformerSpec(
                input, classes, layers, width, heads, feedForward, dropout, numbers);
    }

    /**
     * {@code tokens.weight} [V, d], {@code positions.weight} [T, d]; of block i {@code
     * blocks.i.norm1}, {@code attention.qkv} [3d, d] (queries, keys, values, each head after head),
     * {@code attention.out} [d, d], {@code norm2}, and {@code up} [f, d], {@code down} [d, f] or,
     * stacked, {@code gates.weight} [E, d], {@code experts.up} [E, f, d], {@code experts.down} [E,
     * d, f], each with {@code .weight} and, but for gates, {@code .bias}; then {@code norm}.
     */
    @Override
    public List<TensorSpec> tensors() {
        List<TensorSpec> tensors = new ArrayList<>();
        tensors.add(new TensorSpec("tokens.weight", List.of(classes, width), VECTORS));
        tensors.add(new TensorSpec("positions.weight", List.of(positions(), width), VECTORS));
        for (int i = 0; i < layers; i++) {
            String block = "blocks." + i + ".";
            norm(tensors, block + "norm1");
            linear(tensors, block + "attention.qkv", 3 * width, width, 0);
            linear(tensors, block + "attention.out", width, width, 0);
            norm(tensors, block + "norm2");
            int parts = experts(i);
            if (parts > 0) {
                double bound = 1 / Math.sqrt(width);
                tensors.add(new TensorSpec(block + "gates.weight", List.of(parts, width), bound));
            }
            String kind = parts > 0 ? block + "experts." : block;
            linear(tensors, kind + "up", feedForward, width, parts);
            linear(tensors, kind + "down", width, feedForward, parts);
        }
        norm(tensors, "norm");
        return tensors;
    }

    private void norm(List<TensorSpec> tensors, String name) {
        tensors.add(TensorSpec.constant(name + ".weight", List.of(width), 1));
        tensors.add(TensorSpec.constant(name + ".bias", List.of(width), 0));
    }

    private static void linear(
            List<TensorSpec> tensors, String name, int out, int in, int stacked) {
        double bound = 1 / Math.sqrt(in);
        TensorSpec weight = new TensorSpec(name + ".weight", List.of(out, in), bound);
        TensorSpec bias = new TensorSpec(name + ".bias", List.of(out), bound);
        tensors.add(stacked > 0 ? weight.stacked(stacked) : weight);
        tensors.add(stacked > 0 ? bias.stacked(stacked) : bias);
    }

    /**
     * Of one sequence. Each position: 4d² of attention's linear layers, 2·d·f of the feed-forward
     * part (of one expert, with E·d for its gate), V·d for the logits, 2·d a norm, and 2·T·d for
     * attention itself, which computes all T scores before it hides the later ones.
     */
    @Override
    public long forwardMacs() {
        long d = width;
        long position = (long) classes * d + 2 * d;
        for (int i = 0; i < layers; i++) {
            position += 4 * d * d + 2 * d * feedForward + experts(i) * d + 4 * d;
            position += 2L * positions() * d;
        }
        return position * positions();
    }

    /** One gate over all experts for every block that has some. */
    @Override
    public List<Mixture> mixtures() {
        return experts.stream().map(Mixture::flat).toList();
    }
}
