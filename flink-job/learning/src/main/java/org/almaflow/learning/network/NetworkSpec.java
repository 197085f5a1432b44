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
    @JsonSubTypes.Type(value = JointSpec.class, name = "joint")
})
public sealed interface NetworkSpec permits MlpSpec, MixtureMlpSpec, JointSpec {
    /** What the network is fed. */
    InputSpec input();

    /** Number of classes: the length of the logits. */
    int classes();

    /** Every trainable tensor, in the order of the flat parameter buffer. */
    List<TensorSpec> tensors();

    /** Multiply-accumulates of one example's forward pass (SEMANTICS: linear in·out). */
    long forwardMacs();

    /** Number of parameters. */
    default long parameters() {
        return tensors().stream().mapToLong(TensorSpec::size).sum();
    }
}
