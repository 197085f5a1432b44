package org.almaflow.pipeline.assemble;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.almaflow.pipeline.JobOption;
import org.almaflow.pipeline.JobOptions;
import org.almaflow.pipeline.TestingExperiments;
import org.almaflow.pipeline.TestingSlices;
import org.almaflow.pipeline.flow.ChunkArrived;
import org.almaflow.pipeline.flow.RawSlice;
import org.almaflow.schemas.ChunkSlice;
import org.almaflow.schemas.DeadLetterReason;
import org.almaflow.schemas.RecordCodec;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.operators.KeyedProcessOperator;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** AssembleChunks on Flink's operator harness and a real store. */
class AssembleChunksTest {
    private final TestingSlices slices = new TestingSlices(4, 2, 5);
    private final RecordCodec<ChunkSlice> codec = RecordCodec.of(ChunkSlice.class);
    @TempDir Path root;
    private KeyedOneInputStreamOperatorTestHarness<String, RawSlice, ChunkArrived> harness;
    private long offset;

    @BeforeEach
    void open() throws Exception {
        harness = harness();
        harness.open();
    }

    private KeyedOneInputStreamOperatorTestHarness<String, RawSlice, ChunkArrived> harness()
            throws Exception {
        JobOptions options =
                JobOptions.of(TestingExperiments.two("testing"), "none:1", root.toUri(), "run-1")
                        .with(JobOption.ASSEMBLY_TIMEOUT, "1 s");
        return new KeyedOneInputStreamOperatorTestHarness<>(
                new KeyedProcessOperator<>(
                        new AssembleChunks(options, TestingSlices.STREAM, List.of("w1"))),
                raw -> TestingSlices.STREAM,
                Types.STRING);
    }

    @AfterEach
    void close() throws Exception {
        harness.close();
    }

    /** Replaces the operator by one that starts from {@code state}. */
    private void restore(OperatorSubtaskState state) throws Exception {
        harness.close();
        harness = harness();
        harness.initializeState(state);
        harness.open();
    }

    private void give(List<ChunkSlice> some) throws Exception {
        for (ChunkSlice slice : some) {
            ByteBuffer value = ByteBuffer.wrap(codec.encode(slice));
            harness.processElement(new RawSlice(slice.getStream(), 0, offset++, 0L, value), 0);
        }
    }

    private List<Long> chunks() {
        return harness.extractOutputValues().stream().map(ChunkArrived::getChunk).toList();
    }

    private List<DeadLetterReason> letters() {
        var letters = harness.getSideOutput(AssembleChunks.DEAD_LETTERS);
        return letters == null
                ? List.of()
                : letters.stream().map(l -> l.getValue().getReason()).toList();
    }

    private long staged() throws IOException {
        Path folder = root.resolve("runs/run-1/staging");
        if (!Files.exists(folder)) {
            return 0;
        }
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile).count();
        }
    }

    @Test
    void aRestoreInTheMiddleOfAChunkLosesNothing() throws Exception {
        give(slices.chunk(0));
        give(slices.chunk(1).subList(0, 1));
        OperatorSubtaskState state = harness.snapshot(1, 0);
        harness.notifyOfCompletedCheckpoint(1);

        restore(state);
        give(slices.chunk(1).subList(1, 2));
        give(slices.chunk(2));

        assertThat(chunks()).containsExactly(1L, 2L);
        assertThat(harness.extractOutputValues()).allMatch(a -> a.getExamples() == 10);
        assertThat(letters()).isEmpty();
    }

    @Test
    void aRestoreFromBeforeAChunkMakesTheSameFileAgain() throws Exception {
        OperatorSubtaskState state = harness.snapshot(1, 0);
        give(slices.chunk(0));
        ChunkArrived first = harness.extractOutputValues().get(0);

        restore(state);
        give(slices.chunk(0));

        ChunkArrived again = harness.extractOutputValues().get(0);
        assertThat(again.getPath()).isEqualTo(first.getPath());
        assertThat(again.getSha256()).isEqualTo(first.getSha256());
    }

    @Test
    void stagedSlicesAreDeletedOnlyWhenACheckpointThatCoversThemIsComplete() throws Exception {
        give(slices.chunk(0));
        assertThat(staged()).isEqualTo(2);
        harness.snapshot(1, 0);
        give(slices.chunk(1));
        assertThat(staged()).isEqualTo(4);

        harness.notifyOfCompletedCheckpoint(1);
        assertThat(staged()).isEqualTo(2);

        harness.snapshot(2, 0);
        harness.snapshot(3, 0);
        harness.notifyOfCompletedCheckpoint(3);
        assertThat(staged()).isZero();
    }

    @Test
    void whatACrashLeftStagedIsSweptAfterTheRestore() throws Exception {
        give(slices.chunk(0));
        OperatorSubtaskState state = harness.snapshot(1, 0);

        restore(state);
        give(slices.chunk(1).subList(0, 1));

        assertThat(staged()).isEqualTo(1);
    }

    @Test
    void aTimerGivesUpAChunkThatNeverCompletes() throws Exception {
        harness.setProcessingTime(10_000);
        give(slices.chunk(0));
        give(slices.chunk(1).subList(0, 1));
        give(slices.chunk(2));
        assertThat(harness.numProcessingTimeTimers()).isEqualTo(1);
        harness.setProcessingTime(10_999);
        assertThat(chunks()).containsExactly(0L);
        harness.setProcessingTime(11_000);

        assertThat(chunks()).containsExactly(0L, 1L, 2L);
        assertThat(letters()).containsExactly(DeadLetterReason.INCOMPLETE_CHUNK);
        assertThat(harness.numProcessingTimeTimers()).isZero();
    }

    @Test
    void noTimerStaysWhenTheChunkCompletesAfterAll() throws Exception {
        give(slices.chunk(0));
        give(slices.chunk(1).subList(0, 1));
        give(slices.chunk(2));
        give(slices.chunk(1).subList(1, 2));

        assertThat(chunks()).containsExactly(0L, 1L, 2L);
        assertThat(harness.numProcessingTimeTimers()).isZero();
    }

    @Test
    void aTimerThatWasDueWhileTheJobWasDownStartsAgain() throws Exception {
        harness.setProcessingTime(10_000);
        give(slices.chunk(0));
        give(slices.chunk(1).subList(0, 1));
        give(slices.chunk(2));
        OperatorSubtaskState state = harness.snapshot(1, 0);

        restore(state);
        harness.setProcessingTime(90_000);
        assertThat(chunks()).isEmpty();
        harness.setProcessingTime(90_999);
        assertThat(chunks()).isEmpty();
        harness.setProcessingTime(91_000);

        assertThat(chunks()).containsExactly(1L, 2L);
    }
}
