package org.almaflow.pipeline.assemble;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.almaflow.pipeline.TestingSlices;
import org.almaflow.pipeline.flow.ChunkArrived;
import org.almaflow.schemas.DeadLetter;
import org.almaflow.schemas.DeadLetterReason;
import org.junit.jupiter.api.Test;

/** Chunks that never complete, and slices that come too late. */
class IncompleteChunksTest {
    private static final Duration ALMOST = TestingAssembly.TIMEOUT.minusMillis(1);
    private static final Duration MILLI = Duration.ofMillis(1);

    private final TestingSlices slices = new TestingSlices(3, 2, 5);
    private final TestingAssembly assembly = new TestingAssembly();

    private void giveAllBut(long chunk, int slice) {
        slices.all().stream()
                .filter(s -> s.getChunk() != chunk || s.getSlice() != slice)
                .forEach(assembly::give);
    }

    @Test
    void aChunkThatNeverCompletesArrivesWithWhatItHas() {
        giveAllBut(1, 1);
        assembly.pass(ALMOST);
        assertThat(assembly.chunks()).containsExactly(0L);
        assembly.pass(MILLI);

        assertThat(assembly.chunks()).containsExactly(0L, 1L, 2L, 3L);
        ChunkArrived incomplete = assembly.arrivals.get(1);
        assertThat(incomplete.getExamples()).isEqualTo(5);
        assertThat(incomplete.getMissingSlices()).isEqualTo(1);
        assertThat(incomplete.getArrivedAt()).isEqualTo(assembly.now());
    }

    @Test
    void theLetterNamesTheMissingSlices() {
        giveAllBut(1, 1);
        assembly.pass(TestingAssembly.TIMEOUT);

        assertThat(assembly.reasons()).containsExactly(DeadLetterReason.INCOMPLETE_CHUNK);
        DeadLetter letter = assembly.letters.get(0);
        assertThat(letter.getDetail()).isEqualTo("chunk 1 arrives without 1 of its 2 slices: [1]");
        assertThat(letter.getStream()).isEqualTo(TestingSlices.STREAM);
        assertThat(letter.getChunk()).isEqualTo(1);
        assertThat(letter.getOffset()).isEqualTo(-1);
        assertThat(letter.getPartition()).isEqualTo(-1);
        assertThat(letter.getPayload().remaining()).isZero();
    }

    @Test
    void progressStartsTheTimeoutAgain() {
        TestingSlices three = new TestingSlices(3, 3, 5);
        assembly.give(three.chunk(0));
        assembly.give(three.slice(1, 0));
        assembly.give(three.chunk(2));
        assembly.pass(ALMOST);
        assembly.give(three.slice(1, 1));
        assembly.pass(ALMOST);

        assertThat(assembly.chunks()).containsExactly(0L);
        assertThat(assembly.letters).isEmpty();
    }

    @Test
    void aChunkThatIsTheNewestIsWaitedForAsLongAsItTakes() {
        assembly.give(slices.chunk(0));
        assembly.give(slices.slice(1, 0));
        assembly.pass(Duration.ofDays(3));
        assembly.give(slices.slice(1, 1));

        assertThat(assembly.chunks()).containsExactly(0L, 1L);
        assertThat(assembly.letters).isEmpty();
    }

    @Test
    void theLastChunkOfAStreamIsGivenUpToo() {
        giveAllBut(3, 0);
        assembly.pass(TestingAssembly.TIMEOUT);

        assertThat(assembly.chunks()).containsExactly(0L, 1L, 2L, 3L);
        assertThat(assembly.reasons()).containsExactly(DeadLetterReason.INCOMPLETE_CHUNK);
    }

    @Test
    void aLastChunkThatHasNotBegunIsWaitedFor() {
        assembly.give(slices.upTo(2));
        assembly.pass(Duration.ofDays(3));
        assertThat(assembly.letters).isEmpty();
        assembly.give(slices.chunk(3));

        assertThat(assembly.chunks()).containsExactly(0L, 1L, 2L, 3L);
    }

    @Test
    void aChunkWithoutAnySliceArrivesEmpty() {
        assembly.give(slices.chunk(0));
        assembly.give(slices.chunk(2));
        assembly.pass(TestingAssembly.TIMEOUT);

        assertThat(assembly.chunks()).containsExactly(0L, 1L, 2L);
        ChunkArrived empty = assembly.arrivals.get(1);
        assertThat(empty.getExamples()).isZero();
        assertThat(empty.getMissingSlices()).isEqualTo(1);
        assertThat(empty.getFirstOffset()).isEqualTo(-1);
        assertThat(assembly.letters.get(0).getDetail())
                .isEqualTo("no slice of chunk 1 came; it arrives empty");
    }

    @Test
    void chunksInARowAreGivenUpTogetherWhenAllAreOverdue() {
        assembly.give(slices.slice(0, 0));
        assembly.give(slices.slice(1, 0));
        assembly.give(slices.slice(2, 1));
        assembly.give(slices.chunk(3));
        assembly.pass(TestingAssembly.TIMEOUT);

        assertThat(assembly.chunks()).containsExactly(0L, 1L, 2L, 3L);
        assertThat(assembly.letters).hasSize(3);
    }

    @Test
    void aSliceThatComesAfterItsChunkIsTooLate() {
        giveAllBut(1, 1);
        assembly.pass(TestingAssembly.TIMEOUT);
        assembly.give(slices.chunk(1));

        assertThat(assembly.reasons())
                .containsExactly(DeadLetterReason.INCOMPLETE_CHUNK, DeadLetterReason.LATE_SLICE);
        assertThat(assembly.letters.get(1).getDetail())
                .isEqualTo("chunk 1 arrived without slice 1, which came too late");
        assertThat(assembly.duplicates).isEqualTo(1);
        assertThat(assembly.chunks()).containsExactly(0L, 1L, 2L, 3L);
    }

    @Test
    void everySliceOfAChunkThatArrivedEmptyIsTooLate() {
        assembly.give(slices.chunk(0));
        assembly.give(slices.chunk(2));
        assembly.pass(TestingAssembly.TIMEOUT);
        assembly.give(slices.chunk(1));

        assertThat(assembly.reasons())
                .containsExactly(
                        DeadLetterReason.INCOMPLETE_CHUNK,
                        DeadLetterReason.LATE_SLICE,
                        DeadLetterReason.LATE_SLICE);
    }

    @Test
    void timeInWhichTheJobWasDownDoesNotCount() {
        giveAllBut(1, 1);
        assembly.restartAfter(Duration.ofDays(1));
        assembly.pass(Duration.ZERO);
        assertThat(assembly.letters).isEmpty();
        assembly.give(slices.slice(1, 1));

        assertThat(assembly.chunks()).containsExactly(0L, 1L, 2L, 3L);
        assertThat(assembly.letters).isEmpty();
    }

    @Test
    void onlyTheNewestIncompleteChunksAreRemembered() {
        int chunks = IncompleteChunks.REMEMBERED;
        TestingSlices endless = new TestingSlices(0, 2, 1);
        assembly.give(endless.chunk(0));
        for (int chunk = 1; chunk <= chunks; chunk++) {
            assembly.give(endless.slice(chunk, 0));
            assembly.give(endless.slice(chunk + 1, 0));
            assembly.pass(TestingAssembly.TIMEOUT);
        }
        assertThat(assembly.state.getNext()).isEqualTo(chunks + 1);
        // Each weighs two: itself and the slice it misses; and one stands for all before.
        assertThat(assembly.state.getIncomplete()).hasSize(chunks / 2 + 1);
        assembly.letters.clear();
        assembly.duplicates = 0;

        assembly.give(endless.slice(chunks, 1));
        assembly.give(endless.slice(1, 1));
        assembly.give(endless.slice(chunks, 0));

        assertThat(assembly.reasons())
                .containsExactly(DeadLetterReason.LATE_SLICE, DeadLetterReason.LATE_SLICE);
        assertThat(assembly.letters.get(0).getDetail()).contains("arrived without slice 1");
        assertThat(assembly.letters.get(1).getDetail()).contains("nobody knows whether slice 1");
        assertThat(assembly.duplicates).isEqualTo(1);
    }
}
