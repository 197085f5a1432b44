package org.almaflow.pipeline.assemble;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.almaflow.pipeline.TestingSlices;
import org.almaflow.schemas.ChunkSlice;
import org.almaflow.schemas.DeadLetter;
import org.almaflow.schemas.DeadLetterReason;
import org.almaflow.schemas.ElementType;
import org.almaflow.schemas.FeatureSpec;
import org.almaflow.schemas.Role;
import org.almaflow.schemas.Target;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Each kind of bad slice, with good data around it. */
class BadSlicesTest {
    private final TestingSlices slices = new TestingSlices(3, 2, 5);
    private final TestingAssembly assembly = new TestingAssembly();

    private DeadLetter onlyLetter(DeadLetterReason reason) {
        assertThat(assembly.reasons()).containsExactly(reason);
        return assembly.letters.get(0);
    }

    private ChunkSlice changed(long chunk, int slice, Consumer<ChunkSlice> change) {
        ChunkSlice changed = slices.slice(chunk, slice);
        change.accept(changed);
        return TestingSlices.sealed(changed);
    }

    /** The good data beside {@code bad} arrives whole. */
    private void giveAmongGoodData(ChunkSlice bad) {
        assembly.give(slices.chunk(0));
        assembly.give(slices.slice(1, 0));
        assembly.give(bad);
        assembly.give(slices.slice(1, 1));
        assembly.give(slices.chunk(2));
        assertThat(assembly.chunks()).containsExactly(0L, 1L, 2L);
        assertThat(assembly.arrivals).allMatch(a -> a.getExamples() == 10);
    }

    @Test
    void aTruncatedSliceIsUndecodable() {
        byte[] whole = assembly.encoded(slices.slice(0, 1));
        assembly.give(TestingSlices.STREAM, Arrays.copyOf(whole, whole.length - 3));
        assembly.give(slices.chunk(0));

        DeadLetter letter = onlyLetter(DeadLetterReason.UNDECODABLE);
        assertThat(letter.getStream()).isEqualTo(TestingSlices.STREAM);
        assertThat(letter.getTopic()).isEqualTo("alma.chunks");
        assertThat(letter.getPartition()).isEqualTo(2);
        assertThat(letter.getOffset()).isEqualTo(0);
        assertThat(letter.getChunk()).isEqualTo(-1);
        assertThat(letter.getPayload())
                .isEqualTo(ByteBuffer.wrap(Arrays.copyOf(whole, whole.length - 3)));
        assertThat(assembly.chunks()).containsExactly(0L);
    }

    @Test
    void garbageIsUndecodableWhateverItsKey() {
        byte[] garbage = "not a slice at all".getBytes(StandardCharsets.UTF_8);
        assembly.give("other", garbage);
        assembly.give(null, garbage);

        assertThat(assembly.reasons())
                .containsExactly(DeadLetterReason.UNDECODABLE, DeadLetterReason.UNDECODABLE);
        assertThat(assembly.letters)
                .extracting(DeadLetter::getStream)
                .containsExactly("other", TestingSlices.STREAM);
    }

    @Test
    void anEmptyRecordIsUndecodable() {
        assembly.give(TestingSlices.STREAM, new byte[0]);

        onlyLetter(DeadLetterReason.UNDECODABLE);
    }

    @Test
    void aHugeRecordIsCutSoThatItsLetterFitsIntoATopic() {
        assembly.give(TestingSlices.STREAM, new byte[DeadLetters.MAX_PAYLOAD + 1]);

        DeadLetter letter = onlyLetter(DeadLetterReason.UNDECODABLE);
        assertThat(letter.getPayload().remaining()).isEqualTo(DeadLetters.MAX_PAYLOAD);
        assertThat(letter.getDetail()).endsWith("(payload cut to 921600 of 921601 bytes)");
    }

    @Test
    void anUnknownSchemaIsNamed() {
        byte[] bytes = assembly.encoded(slices.slice(0, 0));
        bytes[2] ^= 1;
        assembly.give(TestingSlices.STREAM, bytes);

        onlyLetter(DeadLetterReason.UNKNOWN_SCHEMA);
    }

    @Test
    void aFlippedBitIsCorrupt() {
        ChunkSlice slice = slices.slice(1, 0);
        slice.getFeatures().put(3, (byte) (slice.getFeatures().get(3) ^ 4));
        giveAmongGoodData(slice);

        DeadLetter letter = onlyLetter(DeadLetterReason.CORRUPT);
        assertThat(letter.getChunk()).isEqualTo(1);
        assertThat(letter.getDetail()).startsWith("the slice says CRC-32C ");
    }

    @Test
    void aSliceWithoutKeyWhoseStreamIsCorruptIsNotTakenForAnotherStreams() {
        ChunkSlice slice = slices.slice(1, 0);
        slice.setStream("tox");
        assembly.give(null, assembly.encoded(slice));

        onlyLetter(DeadLetterReason.CORRUPT);
        assertThat(assembly.skipped).isZero();
    }

    @Test
    void aSliceOfAnotherStreamUnderOurKeyIsOfTheWrongStream() {
        ChunkSlice other = changed(1, 0, s -> s.setStream("other"));
        assembly.give(TestingSlices.STREAM, assembly.encoded(other));

        assertThat(onlyLetter(DeadLetterReason.WRONG_STREAM).getDetail())
                .isEqualTo(
                        "the record's key names stream 'toy' but the slice is of stream 'other'");
    }

    @Test
    void aSliceOfAnotherPlanIsRefused() {
        giveAmongGoodData(changed(1, 1, s -> s.setPlan("plan-2")));

        onlyLetter(DeadLetterReason.WRONG_PLAN);
    }

    static Stream<Arguments> impossibleIndices() {
        return Stream.of(
                bad("negative slice", s -> s.setSlice(-1)),
                bad("slice beyond the last", s -> s.setSlice(2)),
                bad("no slices", s -> s.setSlices(0)),
                bad("too many slices", s -> s.setSlices(SliceCheck.MAX_SLICES + 1)),
                bad("another number of slices", s -> s.setSlices(3)),
                bad("negative chunk", s -> s.setChunk(-1)),
                bad("chunk beyond the last", s -> s.setChunk(4)),
                bad("negative chunks", s -> s.setChunks(-1)),
                bad("another number of chunks", s -> s.setChunks(5)),
                bad("negative examples", s -> s.setExamples(-1)),
                bad("holdout with a chunk index", s -> s.setRole(Role.HOLDOUT)),
                bad("training chunk 0", s -> s.setChunk(0)));
    }

    private static Arguments bad(String name, Consumer<ChunkSlice> change) {
        return Arguments.of(Named.of(name, change));
    }

    @ParameterizedTest
    @MethodSource("impossibleIndices")
    void impossibleIndicesAreRefused(Consumer<ChunkSlice> change) {
        giveAmongGoodData(changed(1, 1, change));

        onlyLetter(DeadLetterReason.INVALID_SLICE);
    }

    @Test
    void aSliceFarAheadCannotMakeTheStreamSkip() {
        TestingSlices endless = new TestingSlices(0, 1, 5);
        assembly.give(endless.chunk(0));
        assembly.give(endless.chunk(SliceCheck.MAX_AHEAD + 2));
        assembly.pass(TestingAssembly.TIMEOUT);
        assembly.give(endless.chunk(1));

        onlyLetter(DeadLetterReason.INVALID_SLICE);
        assertThat(assembly.chunks()).containsExactly(0L, 1L);
    }

    static Stream<Arguments> unusableContent() {
        return Stream.of(
                content(
                        "other shape",
                        DeadLetterReason.WRONG_SPEC,
                        s -> spec(s).setShape(List.of(12))),
                content("other classes", DeadLetterReason.WRONG_SPEC, s -> spec(s).setClasses(9)),
                content(
                        "other mean",
                        DeadLetterReason.WRONG_SPEC,
                        s -> spec(s).setMean(List.of(0f))),
                content(
                        "empty shape",
                        DeadLetterReason.WRONG_SPEC,
                        s -> spec(s).setShape(List.of())),
                content("no classes", DeadLetterReason.WRONG_SPEC, s -> spec(s).setClasses(0)),
                content(
                        "tokens of bytes",
                        DeadLetterReason.WRONG_SPEC,
                        s -> spec(s).setTarget(Target.NEXT_TOKEN)),
                content(
                        "example too large",
                        DeadLetterReason.WRONG_SPEC,
                        s -> spec(s).setShape(List.of(1 << 20, 1 << 20))),
                content(
                        "more examples than bytes",
                        DeadLetterReason.INVALID_SLICE,
                        s -> s.setExamples(6)),
                content(
                        "fewer examples than bytes",
                        DeadLetterReason.INVALID_SLICE,
                        s -> s.setExamples(4)),
                content(
                        "absurdly many examples",
                        DeadLetterReason.INVALID_SLICE,
                        s -> s.setExamples(Integer.MAX_VALUE)),
                content(
                        "labels missing",
                        DeadLetterReason.INVALID_SLICE,
                        s -> s.setLabels(ByteBuffer.allocate(0))),
                content(
                        "label too large",
                        DeadLetterReason.LABEL_OUT_OF_RANGE,
                        s -> label(s, 4, 3)),
                content(
                        "negative label",
                        DeadLetterReason.LABEL_OUT_OF_RANGE,
                        s -> label(s, 0, -1)));
    }

    private static Arguments content(
            String name, DeadLetterReason reason, Consumer<ChunkSlice> change) {
        return Arguments.of(Named.of(name, change), reason);
    }

    private static FeatureSpec spec(ChunkSlice slice) {
        return slice.getSpec();
    }

    private static void label(ChunkSlice slice, int example, int label) {
        slice.getLabels().order(ByteOrder.LITTLE_ENDIAN).putInt(4 * example, label);
    }

    @ParameterizedTest
    @MethodSource("unusableContent")
    void unusableContentIsAccountedForAndDoesNotHoldUpItsChunk(
            Consumer<ChunkSlice> change, DeadLetterReason reason) {
        assembly.give(slices.chunk(0));
        assembly.give(slices.slice(1, 0));
        assembly.give(changed(1, 1, change));
        assembly.give(slices.chunk(2));

        onlyLetter(reason);
        assertThat(assembly.chunks()).containsExactly(0L, 1L, 2L);
        assertThat(assembly.arrivals.get(1).getExamples()).isEqualTo(5);
        assertThat(assembly.arrivals.get(1).getMissingSlices()).isEqualTo(1);
    }

    @Test
    void theLetterSaysWhichLabelIsWrong() {
        assembly.give(slices.slice(0, 0));
        assembly.give(changed(0, 1, s -> label(s, 4, 3)));

        assertThat(onlyLetter(DeadLetterReason.LABEL_OUT_OF_RANGE).getDetail())
                .isEqualTo("label 3 of example 4 is not in [0, 3)");
    }

    @Test
    void tokensOutsideTheVocabularyAreRefused() {
        FeatureSpec tokens =
                FeatureSpec.newBuilder()
                        .setElementType(ElementType.INT32)
                        .setShape(List.of(2))
                        .setTarget(Target.NEXT_TOKEN)
                        .setClasses(50)
                        .build();
        ByteBuffer features = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
        features.putInt(0).putInt(49).putInt(1).putInt(50).flip();
        assembly.give(
                changed(
                        0,
                        0,
                        s -> {
                            s.setSpec(tokens);
                            s.setExamples(2);
                            s.setFeatures(features);
                            s.setLabels(ByteBuffer.allocate(0));
                        }));

        assertThat(onlyLetter(DeadLetterReason.LABEL_OUT_OF_RANGE).getDetail())
                .isEqualTo("token 50 of example 1 is not in [0, 50)");
    }

    @Test
    void theSameSliceWithOtherContentConflictsAndTheFirstCounts() {
        ChunkSlice other = new TestingSlices(3, 2, 4).slice(1, 0);
        giveAmongGoodData(TestingSlices.sealed(other));

        assertThat(onlyLetter(DeadLetterReason.CONFLICTING_SLICE).getDetail())
                .isEqualTo("slice 0 of chunk 1 came before with other content");
    }

    @Test
    void aGoodSliceReplacesARefusedOneWhileItsChunkIsOpen() {
        assembly.give(changed(0, 0, s -> label(s, 0, 7)));
        assembly.give(slices.chunk(0));

        onlyLetter(DeadLetterReason.LABEL_OUT_OF_RANGE);
        assertThat(assembly.arrivals.get(0).getExamples()).isEqualTo(10);
        assertThat(assembly.arrivals.get(0).getMissingSlices()).isZero();
    }

    @Test
    void aRefusedSliceDoesNotReplaceAGoodOne() {
        assembly.give(slices.slice(0, 0));
        assembly.give(changed(0, 0, s -> label(s, 0, 7)));
        assembly.give(slices.slice(0, 1));

        onlyLetter(DeadLetterReason.LABEL_OUT_OF_RANGE);
        assertThat(assembly.arrivals.get(0).getExamples()).isEqualTo(10);
    }

    @Test
    void aRefusedSliceThatComesAgainIsCountedOnce() {
        assembly.give(changed(0, 0, s -> label(s, 0, 7)));
        assembly.give(changed(0, 0, s -> label(s, 0, 7)));

        onlyLetter(DeadLetterReason.LABEL_OUT_OF_RANGE);
        assertThat(assembly.duplicates).isEqualTo(1);
    }

    @Test
    void aCorrectedSliceThatComesAfterItsChunkIsTooLate() {
        assembly.give(changed(0, 0, s -> label(s, 0, 7)));
        assembly.give(slices.slice(0, 1));
        assembly.give(slices.chunk(0));

        assertThat(assembly.reasons())
                .containsExactly(DeadLetterReason.LABEL_OUT_OF_RANGE, DeadLetterReason.LATE_SLICE);
    }

    @Test
    void aChunkWithNoUsableSliceArrivesEmptyOnceTheSpecIsKnown() {
        assembly.give(changed(0, 0, s -> s.setExamples(1)));
        assembly.give(changed(0, 1, s -> s.setExamples(1)));
        assertThat(assembly.arrivals).isEmpty();
        assembly.give(slices.chunk(1));

        assertThat(assembly.chunks()).containsExactly(0L, 1L);
        assertThat(assembly.arrivals.get(0).getExamples()).isZero();
        assertThat(assembly.arrivals.get(0).getMissingSlices()).isEqualTo(2);
    }
}
