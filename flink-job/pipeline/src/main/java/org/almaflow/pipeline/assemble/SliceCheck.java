package org.almaflow.pipeline.assemble;

import static org.almaflow.pipeline.assemble.Refusal.accounted;
import static org.almaflow.pipeline.assemble.Refusal.unaccounted;
import static org.almaflow.schemas.DeadLetterReason.CORRUPT;
import static org.almaflow.schemas.DeadLetterReason.INVALID_SLICE;
import static org.almaflow.schemas.DeadLetterReason.LABEL_OUT_OF_RANGE;
import static org.almaflow.schemas.DeadLetterReason.WRONG_PLAN;
import static org.almaflow.schemas.DeadLetterReason.WRONG_SPEC;
import static org.almaflow.schemas.DeadLetterReason.WRONG_STREAM;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import java.util.OptionalInt;
import org.almaflow.pipeline.flow.AssemblyState;
import org.almaflow.pipeline.store.Specs;
import org.almaflow.schemas.ChunkSlice;
import org.almaflow.schemas.FeatureSpec;
import org.almaflow.schemas.Role;
import org.almaflow.schemas.SliceCodec;
import org.almaflow.schemas.Target;

/**
 * Checks one decoded slice by itself and against what its stream is known to be. Pure.
 *
 * @param stream the stream that slices must belong to
 */
record SliceCheck(String stream) {
    /** Slices a chunk may have; more could not be one file in memory. */
    static final int MAX_SLICES = 10_000;

    /** How far ahead of the awaited chunk a slice may be: bounds what a wrong index can cost. */
    static final long MAX_AHEAD = 1_000;

    /** What is wrong with {@code slice}, the most basic thing first; empty when nothing is. */
    Optional<Refusal> refusal(ChunkSlice slice, AssemblyState known) {
        return identity(slice)
                .or(() -> indices(slice))
                .or(() -> plan(slice, known))
                .or(() -> spec(slice, known))
                .or(() -> payload(slice))
                .or(() -> labels(slice));
    }

    private Optional<Refusal> identity(ChunkSlice slice) {
        if (!SliceCodec.intact(slice)) {
            return Optional.of(
                    unaccounted(
                            CORRUPT,
                            "the slice says CRC-32C %08x but its content has %08x"
                                    .formatted(slice.getCrc32c(), SliceCodec.crc(slice))));
        }
        if (!slice.getStream().equals(stream)) {
            return Optional.of(
                    unaccounted(
                            WRONG_STREAM,
                            "the record's key names stream '%s' but the slice is of stream '%s'"
                                    .formatted(stream, slice.getStream())));
        }
        return Optional.empty();
    }

    private static Optional<Refusal> indices(ChunkSlice slice) {
        if (slice.getSlices() < 1 || slice.getSlices() > MAX_SLICES) {
            return invalid(
                    "a chunk has 1 to %d slices, not %d".formatted(MAX_SLICES, slice.getSlices()));
        }
        if (slice.getSlice() < 0 || slice.getSlice() >= slice.getSlices()) {
            return invalid(
                    "there is no slice %d of %d".formatted(slice.getSlice(), slice.getSlices()));
        }
        if (slice.getChunk() < 0 || slice.getChunks() < 0 || slice.getExamples() < 0) {
            return invalid(
                    "chunk %d, chunks %d and examples %d must not be negative"
                            .formatted(slice.getChunk(), slice.getChunks(), slice.getExamples()));
        }
        if (slice.getChunks() > 0 && slice.getChunk() > slice.getChunks()) {
            return invalid(
                    "there is no chunk %d in a stream of %d"
                            .formatted(slice.getChunk(), slice.getChunks()));
        }
        if ((slice.getRole() == Role.HOLDOUT) != (slice.getChunk() == 0)) {
            return invalid(
                    "chunk %d cannot be %s; chunk 0 is the holdout and no other is"
                            .formatted(slice.getChunk(), slice.getRole()));
        }
        return Optional.empty();
    }

    private static Optional<Refusal> invalid(String detail) {
        return Optional.of(unaccounted(INVALID_SLICE, detail));
    }

    private static Optional<Refusal> plan(ChunkSlice slice, AssemblyState known) {
        if (known.getPlan() != null && !known.getPlan().equals(slice.getPlan())) {
            return Optional.of(
                    unaccounted(
                            WRONG_PLAN,
                            "the slice is of plan '%s' but the stream began with plan '%s'"
                                    .formatted(slice.getPlan(), known.getPlan())));
        }
        if (known.getPlan() != null && known.getChunks() != slice.getChunks()) {
            return invalid(
                    "the slice says that the stream has %d chunks but the first one said %d"
                            .formatted(slice.getChunks(), known.getChunks()));
        }
        if (slice.getChunk() - known.getNext() > MAX_AHEAD) {
            return invalid(
                    "chunk %d is more than %d ahead of chunk %d, which is awaited"
                            .formatted(slice.getChunk(), MAX_AHEAD, known.getNext()));
        }
        return Optional.empty();
    }

    private static Optional<Refusal> spec(ChunkSlice slice, AssemblyState known) {
        FeatureSpec spec = slice.getSpec();
        Optional<String> problem = Specs.problem(spec);
        if (problem.isPresent()) {
            return Optional.of(
                    accounted(
                            WRONG_SPEC,
                            "the feature spec is unusable: %s".formatted(problem.get())));
        }
        if (known.getSpec() == null || known.getSpec().equals(Specs.encode(spec))) {
            return Optional.empty();
        }
        return Optional.of(
                accounted(
                        WRONG_SPEC,
                        "the slice has feature spec %s but the stream began with %s"
                                .formatted(spec, Specs.decode(known.getSpec()))));
    }

    private static Optional<Refusal> payload(ChunkSlice slice) {
        long features = Specs.exampleBytes(slice.getSpec()) * slice.getExamples();
        long labels = (long) Specs.labelBytes(slice.getSpec()) * slice.getExamples();
        if (slice.getFeatures().remaining() == features
                && slice.getLabels().remaining() == labels) {
            return Optional.empty();
        }
        return Optional.of(
                accounted(
                        INVALID_SLICE,
                        "%d examples take %d bytes of features and %d of labels, not %d and %d"
                                .formatted(
                                        slice.getExamples(),
                                        features,
                                        labels,
                                        slice.getFeatures().remaining(),
                                        slice.getLabels().remaining())));
    }

    private static Optional<Refusal> labels(ChunkSlice slice) {
        boolean tokens = slice.getSpec().getTarget() == Target.NEXT_TOKEN;
        ByteBuffer labels = tokens ? slice.getFeatures() : slice.getLabels();
        int classes = slice.getSpec().getClasses();
        OptionalInt wrong = outside(labels, classes);
        if (wrong.isEmpty()) {
            return Optional.empty();
        }
        int perExample = tokens ? slice.getFeatures().remaining() / 4 / slice.getExamples() : 1;
        int at = wrong.getAsInt();
        return Optional.of(
                accounted(
                        LABEL_OUT_OF_RANGE,
                        "%s %d of example %d is not in [0, %d)"
                                .formatted(
                                        tokens ? "token" : "label",
                                        labels.duplicate()
                                                .order(ByteOrder.LITTLE_ENDIAN)
                                                .getInt(labels.position() + 4 * at),
                                        at / perExample,
                                        classes)));
    }

    /** Position of the first int32 of {@code values} outside [0, classes). */
    private static OptionalInt outside(ByteBuffer values, int classes) {
        var ints = values.duplicate().order(ByteOrder.LITTLE_ENDIAN).asIntBuffer();
        for (int i = 0; i < ints.limit(); i++) {
            if (ints.get(i) < 0 || ints.get(i) >= classes) {
                return OptionalInt.of(i);
            }
        }
        return OptionalInt.empty();
    }
}
