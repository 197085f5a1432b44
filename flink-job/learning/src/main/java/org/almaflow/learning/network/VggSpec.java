package org.almaflow.learning.network;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * Convolutional network in the layout of VGG (Simonyan and Zisserman 2015) with batch
 * normalisation: blocks of 3x3 convolutions with padding 1, each followed by batch normalisation
 * and ReLU; after each block a max-pool 2; at the end a linear layer on the flattened [c, h, w].
 *
 * <p>A block may be a mixture: every expert is a whole block, its max-pool included; the gate is
 * linear on the block's input, average-pooled to {@value #GATE_POOL} x {@value #GATE_POOL}.
 *
 * @param input of shape [channels, height, width]
 */
public record VggSpec(InputSpec input, List<Block> blocks, int classes) implements NetworkSpec {
    /** Height and width of what a gate sees of each channel. */
    public static final int GATE_POOL = 4;

    /** Blocks, from the input on, that are never mixtures. */
    public static final int SHARED = 1;

    /** Added to a variance before its root is taken. */
    public static final double EPSILON = 1e-5;

    /** Share of a mini-batch's mean and unbiased variance in the running ones. */
    public static final double MOMENTUM = 0.1;

    private static final int KERNEL = 3;

    /** Convolutions of each block of VGG19. */
    public static final List<Integer> VGG19 = List.of(2, 2, 4, 4, 4);

    /**
     * A block.
     *
     * @param channels outputs of each convolution, the same in every expert
     */
    public record Block(List<Integer> channels, Mixture mixture) {
        public Block {
            Objects.requireNonNull(mixture, "mixture");
            channels = List.copyOf(channels);
            if (channels.isEmpty() || channels.stream().anyMatch(c -> c < 1)) {
                throw new IllegalArgumentException(
                        "channels of a block must be positive numbers, not " + channels);
            }
        }

        /** Channels of the block's output. */
        public int out() {
            return channels.get(channels.size() - 1);
        }
    }

    public VggSpec {
        input.requireValues();
        blocks = List.copyOf(blocks);
        if (input.shape().size() != 3) {
            throw new IllegalArgumentException(
                    "a convolutional network needs images of shape [channels, height, width], not "
                            + input.shape());
        }
        int side = Math.min(input.shape().get(1), input.shape().get(2));
        if (blocks.isEmpty() || side >> blocks.size() < 1) {
            throw new IllegalArgumentException(
                    "images of %d x %d are too small for %d max-pools, which need %d x %<d; use larger images or fewer blocks"
                            .formatted(
                                    input.shape().get(1),
                                    input.shape().get(2),
                                    blocks.size(),
                                    1 << blocks.size()));
        }
        if (blocks.get(0).mixture().experts() != 1) {
            throw new IllegalArgumentException("the first block is shared: it has one expert");
        }
        if (classes < 2) {
            throw new IllegalArgumentException("a network needs 2 classes or more, not " + classes);
        }
    }

    /** VGG19: 2, 2, 4, 4 and 4 convolutions, all of {@code channels} channels. */
    public static VggSpec plain(InputSpec input, int channels, int classes) {
        return mixture(input, channels, 1, classes);
    }

    /** VGG19 whose blocks after the first are mixtures of {@code experts} under one gate. */
    public static VggSpec mixture(InputSpec input, int channels, int experts, int classes) {
        return mixture(input, channels, VGG19, experts, classes);
    }

    /** The same with other numbers of convolutions, one for each block. */
    public static VggSpec mixture(
            InputSpec input, int channels, List<Integer> convolutions, int experts, int classes) {
        if (channels < 1) {
            throw new IllegalArgumentException("channels must be 1 or more, not " + channels);
        }
        List<Block> blocks = new ArrayList<>();
        for (int count : convolutions) {
            blocks.add(
                    new Block(
                            Stream.generate(() -> channels).limit(count).toList(),
                            Mixture.flat(blocks.size() < SHARED ? 1 : experts)));
        }
        return new VggSpec(input, blocks, classes);
    }

    /** Those of all blocks but the first, which is shared. */
    @Override
    public List<Mixture> mixtures() {
        return blocks.stream().skip(SHARED).map(Block::mixture).toList();
    }

    @Override
    public VggSpec withMixtures(List<Mixture> mixtures) {
        List<Block> changed = new ArrayList<>(blocks.subList(0, SHARED));
        for (int i = 0; i < mixtures.size(); i++) {
            changed.add(new Block(blocks.get(SHARED + i).channels(), mixtures.get(i)));
        }
        return new VggSpec(input, changed, classes);
    }

    /**
     * Channels of what block {@code b} is fed; of the linear layer's input for the number of
     * blocks.
     */
    public int fedChannels(int b) {
        return b == 0 ? input.shape().get(0) : blocks.get(b - 1).out();
    }

    /** Height of what block {@code b} is fed, or the linear layer. */
    public int fedHeight(int b) {
        return input.shape().get(1) >> b;
    }

    /** Width of what block {@code b} is fed, or the linear layer. */
    public int fedWidth(int b) {
        return input.shape().get(2) >> b;
    }

    /** Inputs of the linear layer. */
    public int features() {
        int b = blocks.size();
        return fedChannels(b) * fedHeight(b) * fedWidth(b);
    }

    /**
     * Stacked over a block's experts and gates: {@code blocks.b.experts.convs.i.weight} [experts,
     * out, in, 3, 3] and {@code .bias} [experts, out], {@code blocks.b.experts.norms.i.weight} and
     * {@code .bias} [experts, out]; {@code blocks.b.gates.weight} [gates, in·16] and {@code .bias};
     * then {@code output.weight}, {@code output.bias}; then the statistics {@code
     * blocks.b.experts.norms.i.running_mean} and {@code .running_var} [experts, out].
     */
    @Override
    public List<TensorSpec> tensors() {
        List<TensorSpec> tensors = new ArrayList<>();
        List<TensorSpec> statistics = new ArrayList<>();
        for (int b = 0; b < blocks.size(); b++) {
            Block block = blocks.get(b);
            int experts = block.mixture().experts();
            int in = fedChannels(b);
            for (int i = 0; i < block.channels().size(); i++) {
                int out = block.channels().get(i);
                String name = "blocks." + b + ".experts.";
                convolution(tensors, name + "convs." + i, experts, out, in);
                List<Integer> each = List.of(experts, out);
                String norm = name + "norms." + i;
                tensors.add(TensorSpec.constant(norm + ".weight", each, 1));
                tensors.add(TensorSpec.constant(norm + ".bias", each, 0));
                statistics.add(TensorSpec.statistic(norm + ".running_mean", each, 0));
                statistics.add(TensorSpec.statistic(norm + ".running_var", each, 1));
                in = out;
            }
            int gates = block.mixture().gates();
            if (gates > 0) {
                linear(tensors, "blocks." + b + ".gates", gates, gateInputs(b));
            }
        }
        linear(tensors, "output", classes, features());
        tensors.addAll(statistics);
        return tensors;
    }

    /** Inputs of the gates of block {@code b}. */
    public int gateInputs(int b) {
        return fedChannels(b) * GATE_POOL * GATE_POOL;
    }

    private static void convolution(
            List<TensorSpec> tensors, String name, int experts, int out, int in) {
        double bound = 1 / Math.sqrt(in * KERNEL * KERNEL);
        List<Integer> weight = List.of(experts, out, in, KERNEL, KERNEL);
        tensors.add(new TensorSpec(name + ".weight", weight, bound).copied(experts));
        tensors.add(new TensorSpec(name + ".bias", List.of(experts, out), bound).copied(experts));
    }

    private static void linear(List<TensorSpec> tensors, String name, int out, int in) {
        double bound = 1 / Math.sqrt(in);
        tensors.add(new TensorSpec(name + ".weight", List.of(out, in), bound));
        tensors.add(new TensorSpec(name + ".bias", List.of(out), bound));
    }

    /** Every expert and every gate of a block is computed. */
    @Override
    public long forwardMacs() {
        long macs = (long) features() * classes;
        for (int b = 0; b < blocks.size(); b++) {
            Mixture mixture = blocks.get(b).mixture();
            macs += mixture.experts() * expertMacs(b);
            if (mixture.gates() > 0) {
                long pooled = (long) fedChannels(b) * fedHeight(b) * fedWidth(b);
                macs += pooled + (long) mixture.gates() * gateInputs(b);
            }
        }
        return macs;
    }

    private long expertMacs(int b) {
        long pixels = (long) fedHeight(b) * fedWidth(b);
        long macs = 0;
        int in = fedChannels(b);
        for (int out : blocks.get(b).channels()) {
            macs += pixels * out * ((long) KERNEL * KERNEL * in + 2);
            in = out;
        }
        return macs;
    }
}
