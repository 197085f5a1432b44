package org.almaflow.pipeline.assemble;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.almaflow.pipeline.TestingSlices;
import org.almaflow.pipeline.flow.ChunkArrived;
import org.almaflow.pipeline.store.SliceStore.StagedSlice;
import org.almaflow.pipeline.store.Specs;
import org.junit.jupiter.api.Test;

/** Good data: order, gaps, repetitions, and what the state keeps. */
class ChunkAssemblerTest {
    private final TestingSlices slices = new TestingSlices(3, 2, 5);
    private final TestingAssembly assembly = new TestingAssembly();

    @Test
    void chunksArriveInOrderFromTheHoldoutOn() {
        assembly.give(slices.all());

        assertThat(assembly.chunks()).containsExactly(0L, 1L, 2L, 3L);
        assertThat(assembly.letters).isEmpty();
        assertThat(assembly.store.lastSpec()).isEqualTo(TestingSlices.spec());
    }

    @Test
    void anArrivalSaysWhereItsBytesAre() {
        assembly.give(slices.chunk(0));

        ChunkArrived arrival = assembly.arrivals.get(0);
        assertThat(arrival.getExamples()).isEqualTo(10);
        assertThat(arrival.getPath()).isEqualTo("chunk-0");
        assertThat(arrival.getSha256()).isEqualTo("sha-0");
        assertThat(arrival.getChunks()).isEqualTo(3);
        assertThat(arrival.getPartition()).isEqualTo(2);
        assertThat(arrival.getFirstOffset()).isEqualTo(0);
        assertThat(arrival.getLastOffset()).isEqualTo(1);
        assertThat(arrival.getMissingSlices()).isZero();
        assertThat(arrival.getArrivedAt()).isEqualTo(assembly.now());
        assertThat(Specs.decode(arrival.getSpec())).isEqualTo(TestingSlices.spec());
    }

    @Test
    void slicesOfAChunkMayComeInAnyOrder() {
        assembly.give(slices.slice(0, 1));
        assertThat(assembly.arrivals).isEmpty();
        assembly.give(slices.slice(0, 0));

        assertThat(assembly.chunks()).containsExactly(0L);
        assertThat(assembly.store.composed.get(0L))
                .extracting(StagedSlice::slice)
                .containsExactly(0, 1);
    }

    @Test
    void aChunkThatIsCompleteEarlyWaitsForItsPredecessors() {
        assembly.give(slices.chunk(2));
        assembly.give(slices.chunk(1));
        assertThat(assembly.arrivals).isEmpty();

        assembly.give(slices.chunk(0));

        assertThat(assembly.chunks()).containsExactly(0L, 1L, 2L);
        assertThat(assembly.letters).isEmpty();
    }

    @Test
    void anIdenticalSliceIsIgnoredAndCounted() {
        assembly.give(slices.slice(0, 0));
        assembly.give(slices.slice(0, 0));
        assembly.give(slices.slice(0, 1));

        assertThat(assembly.chunks()).containsExactly(0L);
        assertThat(assembly.duplicates).isEqualTo(1);
        assertThat(assembly.letters).isEmpty();
    }

    @Test
    void aWholeDuplicateChunkIsIgnoredAndCounted() {
        assembly.give(slices.chunk(0));
        assembly.give(slices.chunk(1));
        assembly.give(slices.chunk(1));
        assembly.give(slices.chunk(2));

        assertThat(assembly.chunks()).containsExactly(0L, 1L, 2L);
        assertThat(assembly.duplicates).isEqualTo(2);
        assertThat(assembly.letters).isEmpty();
    }

    @Test
    void anEmptyChunkIsAnOrdinaryArrival() {
        TestingSlices empty = new TestingSlices(3, 1, 0);
        assembly.give(slices.chunk(0));
        assembly.give(empty.chunk(1));
        assembly.give(slices.chunk(2));

        assertThat(assembly.chunks()).containsExactly(0L, 1L, 2L);
        assertThat(assembly.arrivals.get(1).getExamples()).isZero();
        assertThat(assembly.arrivals.get(1).getMissingSlices()).isZero();
        assertThat(assembly.letters).isEmpty();
    }

    @Test
    void nothingArrivesAfterTheLastChunk() {
        assembly.give(slices.all());
        assembly.give(slices.all());
        assembly.pass(Duration.ofDays(1));

        assertThat(assembly.chunks()).containsExactly(0L, 1L, 2L, 3L);
        assertThat(assembly.duplicates).isEqualTo(8);
        assertThat(assembly.stalls()).isFalse();
    }

    @Test
    void recordsOfOtherStreamsAreSkippedAndCounted() {
        var other = slices.slice(0, 0);
        other.setStream("other");
        assembly.give(TestingSlices.sealed(other));
        assembly.give(slices.chunk(0));

        assertThat(assembly.skipped).isEqualTo(1);
        assertThat(assembly.letters).isEmpty();
        assertThat(assembly.chunks()).containsExactly(0L);
    }

    @Test
    void aSliceWithoutKeyBelongsToTheStreamItNames() {
        assembly.give(null, assembly.encoded(slices.slice(0, 0)));
        assembly.give(null, assembly.encoded(slices.slice(0, 1)));

        assertThat(assembly.chunks()).containsExactly(0L);
    }

    @Test
    void anEndlessStreamGoesOn() {
        TestingSlices endless = new TestingSlices(0, 1, 5);
        assembly.give(endless.upTo(20));

        assertThat(assembly.arrivals).hasSize(21);
        assertThat(assembly.arrivals.get(20).getChunks()).isZero();
    }

    @Test
    void theStateDoesNotGrowWithFinishedChunks() throws Exception {
        TestingSlices endless = new TestingSlices(0, 3, 5);
        assembly.give(endless.upTo(10));
        int after10 = assembly.state.toByteBuffer().remaining();
        for (long chunk = 11; chunk <= 60; chunk++) {
            assembly.give(endless.chunk(chunk));
        }

        assertThat(assembly.arrivals).hasSize(61);
        assertThat(assembly.state.getOpen()).isEmpty();
        assertThat(assembly.state.getIncomplete()).isEmpty();
        assertThat(assembly.state.toByteBuffer().remaining()).isEqualTo(after10);
    }

    @Test
    void theStateHoldsNoData() throws Exception {
        TestingSlices large = new TestingSlices(3, 2, 5_000);
        assembly.give(large.slice(0, 0));

        assertThat(assembly.state.toByteBuffer().remaining()).isLessThan(300);
        assertThat(List.copyOf(assembly.state.getOpen())).hasSize(1);
    }
}
