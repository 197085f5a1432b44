package org.almaflow.pipeline.store;

import java.nio.ByteBuffer;
import java.util.Optional;
import org.almaflow.learning.network.InputSpec;
import org.almaflow.schemas.ChunkSlice;
import org.almaflow.schemas.ElementType;
import org.almaflow.schemas.FeatureSpec;
import org.almaflow.schemas.RecordCodec;
import org.almaflow.schemas.RecordFormatException;
import org.almaflow.schemas.Target;

/** Feature specs: sizes, encoding, and what learners see of them. */
public final class Specs {
    private static final RecordCodec<FeatureSpec> CODEC =
            RecordCodec.of(FeatureSpec.class, ChunkSlice.class, "spec");

    private Specs() {}

    /** Why no example can be of {@code spec}; empty when one can. */
    public static Optional<String> problem(FeatureSpec spec) {
        if (spec.getTarget() == Target.NEXT_TOKEN && spec.getElementType() != ElementType.INT32) {
            return Optional.of("tokens must be INT32, not " + spec.getElementType());
        }
        try {
            InputSpec input = input(spec);
            Math.multiplyExact(input.elements(), input.type().bytes());
        } catch (IllegalArgumentException e) {
            return Optional.of(e.getMessage());
        } catch (ArithmeticException e) {
            return Optional.of("one example of shape %s is too large".formatted(spec.getShape()));
        }
        if (spec.getClasses() < 1) {
            return Optional.of("there must be 1 class or more, not " + spec.getClasses());
        }
        return Optional.empty();
    }

    /** Bytes of one example's features. */
    public static long exampleBytes(FeatureSpec spec) {
        return input(spec).bytes();
    }

    /** Bytes of one example's label. */
    public static int labelBytes(FeatureSpec spec) {
        return spec.getTarget() == Target.CLASS_LABEL ? Integer.BYTES : 0;
    }

    /** What a network is fed. */
    public static InputSpec input(FeatureSpec spec) {
        boolean tokens = spec.getTarget() == Target.NEXT_TOKEN;
        return new InputSpec(
                org.almaflow.learning.network.ElementType.valueOf(
                        tokens ? "TOKEN" : spec.getElementType().name()),
                spec.getShape(),
                spec.getMean(),
                spec.getStd());
    }

    /** Avro single-object encoding: equal for equal specs. */
    public static ByteBuffer encode(FeatureSpec spec) {
        return ByteBuffer.wrap(CODEC.encode(spec));
    }

    /**
     * Reads what {@link #encode} wrote; the buffer's position stays. Allocates no more than there
     * are bytes, whatever they claim to hold.
     */
    public static FeatureSpec decode(ByteBuffer encoded) {
        byte[] bytes = new byte[encoded.remaining()];
        encoded.duplicate().get(bytes);
        try {
            return CODEC.decode(bytes);
        } catch (RecordFormatException e) {
            throw new IllegalArgumentException("a stored feature spec is damaged", e);
        }
    }
}
