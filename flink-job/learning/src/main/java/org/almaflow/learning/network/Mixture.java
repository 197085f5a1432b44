package org.almaflow.learning.network;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Tree of experts of a mixture layer. A leaf is an expert; a node has a softmax gate, linear on the
 * layer's input, over its children. The layer's output is the gate-weighted sum, node by node:
 * {@code y = Σ_j g_j(x)·h_j(x)}, computed as {@code h_last + Σ_{j<last} g_j·(h_j − h_last)}, so
 * that a node over equal children gives exactly their output.
 *
 * <p>Leaves and nodes are numbered in the order in which they were made: the experts' and gates'
 * stacked tensors are indexed by these numbers and only ever get longer.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
    @JsonSubTypes.Type(value = Mixture.Leaf.class, name = "leaf"),
    @JsonSubTypes.Type(value = Mixture.Node.class, name = "node")
})
public sealed interface Mixture {
    /**
     * An expert.
     *
     * @param expert its number
     */
    record Leaf(int expert) implements Mixture {
        @Override
        public Stream<Leaf> leaves() {
            return Stream.of(this);
        }

        @Override
        public int gates() {
            return 0;
        }

        @Override
        public Mixture split(int split, int newExpert, int newGate) {
            return expert == split ? new Node(newGate, List.of(this, new Leaf(newExpert))) : this;
        }
    }

    /**
     * A gate over children.
     *
     * @param gate number of the first row of its logits in the stacked gate tensors; child j has
     *     row {@code gate + j}
     */
    record Node(int gate, List<Mixture> children) implements Mixture {
        public Node {
            children = List.copyOf(children);
            if (children.size() < 2) {
                throw new IllegalArgumentException(
                        "a gate needs 2 children or more, not " + children.size());
            }
        }

        @Override
        public Stream<Leaf> leaves() {
            return children.stream().flatMap(Mixture::leaves);
        }

        @Override
        public int gates() {
            return children.size() + children.stream().mapToInt(Mixture::gates).sum();
        }

        @Override
        public Mixture split(int split, int newExpert, int newGate) {
            return new Node(
                    gate, children.stream().map(c -> c.split(split, newExpert, newGate)).toList());
        }
    }

    /** A gate over {@code experts} leaves; a single leaf for 1. */
    static Mixture flat(int experts) {
        if (experts < 1) {
            throw new IllegalArgumentException("experts must be 1 or more, not " + experts);
        }
        List<Mixture> leaves = new ArrayList<>();
        for (int i = 0; i < experts; i++) {
            leaves.add(new Leaf(i));
        }
        return experts == 1 ? leaves.get(0) : new Node(0, leaves);
    }

    /** Every leaf, from left to right. */
    Stream<Leaf> leaves();

    /** Number of experts. */
    default int experts() {
        return (int) leaves().count();
    }

    /** Number of gate logits over all nodes. */
    int gates();

    /**
     * The same tree with leaf {@code expert} replaced by a new node over it and a new leaf, which
     * get the next free numbers.
     */
    default Mixture split(int expert) {
        return split(expert, experts(), gates());
    }

    /** See {@link #split(int)}; for the recursion. */
    Mixture split(int expert, int newExpert, int newGate);
}
