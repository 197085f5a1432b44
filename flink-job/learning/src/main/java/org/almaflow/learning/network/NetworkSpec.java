package org.almaflow.learning.network;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.List;

/**
 * Engine-neutral description of a network. Its weights are {@link Tensors} in the order and shapes
 * of {@link #tensors()}; linear weights are [out, in], row-major.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
    @JsonSubTypes.Type(value = MlpSpec.class, name = "mlp"),
    @JsonSubTypes.Type(value = MixtureMlpSpec.class, name = "mixture-mlp"),
    @JsonSubTypes.Type(value = VggSpec.class, name = "vgg"),
    @JsonSubTypes.Type(value = JointSpec.class, name = "joint"),
    @JsonSubTypes.Type(value = TransformerSpec.class, name = "transformer")
})
public sealed interface NetworkSpec
        permits MlpSpec, MixtureMlpSpec, VggSpec, JointSpec, TransformerSpec {
    /** What the network is fed. */
    InputSpec input();

    /** Number of classes, or of tokens: the length of the logits. */
    int classes();

    /**
     * Every tensor, in the order of the flat buffer: the trainable ones (the parameters) first,
     * then the statistics.
     */
    List<TensorSpec> tensors();

    /** Multiply-accumulates of one example's forward pass (SEMANTICS, Metrics). */
    long forwardMacs();

    /** The trees of the layers whose experts can be split, from the input on. */
    default List<Mixture> mixtures() {
        return List.of();
    }

    /**
     * The same network with other trees in the place of {@link #mixtures}.
     *
     * @throws IllegalArgumentException when the network has no such layers, or another number
     */
    default NetworkSpec withMixtures(List<Mixture> mixtures) {
        throw new IllegalArgumentException("the network has no mixture layers: " + this);
    }

    /** Number of parameters: of trainable values. */
    default long parameters() {
        return tensors().stream().filter(TensorSpec::trainable).mapToLong(TensorSpec::size).sum();
    }

    /** Number of all values, statistics included. */
    default long values() {
        return tensors().stream().mapToLong(TensorSpec::size).sum();
    }

    /** What the logits of a network that is trained with others are multiplied by in their sum. */
    default float logitShare() {
        return 1;
    }
}
