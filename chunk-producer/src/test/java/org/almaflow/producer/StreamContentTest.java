package org.almaflow.producer;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.almaflow.producer.dataset.Dataset;
import org.almaflow.schemas.ChunkSlice;
import org.almaflow.schemas.SliceCodec;
import org.junit.jupiter.api.Test;

class StreamContentTest {

    private final Dataset dataset = TestingData.numbered(1000, 100);
    private final StreamContent content = new StreamContent("s");

    private List<ChunkSlice> chunk(long chunk) {
        return chunk(chunk, 500, 432);
    }

    private List<ChunkSlice> chunk(long chunk, int bound, long seed) {
        StreamPlan plan = new StreamPlan(dataset.fingerprint(), 1000, 4, seed, false);
        List<ChunkSlice> slices = new ArrayList<>();
        new ChunkSlicer("s", dataset, plan, bound).cut(chunk, Instant.EPOCH).forEach(slices::add);
        return slices;
    }

    @Test
    void nothingIsThereAtFirst() {
        assertThat(content.plan()).isEmpty();
        assertThat(content.firstIncomplete(0)).isZero();
        assertThat(content.oldest()).isEmpty();
    }

    @Test
    void aChunkIsCompleteWithItsLastSliceInAnyOrder() {
        chunk(0).forEach(content::add);
        List<ChunkSlice> first = chunk(1);
        for (int i = first.size() - 1; i > 0; i--) {
            content.add(first.get(i));
            content.add(first.get(i));
        }

        assertThat(content.firstIncomplete(0)).isEqualTo(1);
        assertThat(content.begunWith(1)).contains(first.size());
        content.add(first.get(0));
        assertThat(content.firstIncomplete(0)).isEqualTo(2);
        assertThat(content.begunWith(1)).isEmpty();
    }

    @Test
    void aHoleIsFoundBehindLaterChunks() {
        for (long chunk : new long[] {0, 1, 3}) {
            chunk(chunk).forEach(content::add);
        }

        assertThat(content.firstIncomplete(0)).isEqualTo(2);
        assertThat(content.firstIncomplete(3)).isEqualTo(4);
        assertThat(content.oldest()).contains(1L);
    }

    @Test
    void damagedSlicesDoNotCount() {
        for (ChunkSlice slice : chunk(0)) {
            if (slice.getSlice() == 1) {
                slice.setCrc32c(slice.getCrc32c() ^ 1);
            }
            content.add(slice);
        }

        assertThat(content.isComplete(0)).isFalse();
    }

    @Test
    void malformedSlicesDoNotCountEvenWithTheRightSum() {
        for (ChunkSlice slice : chunk(0)) {
            slice.setSlice(slice.getSlice() + slice.getSlices());
            slice.setCrc32c(SliceCodec.crc(slice));
            content.add(slice);
        }

        assertThat(content.plan()).isEmpty();
    }

    @Test
    void thePlanIsThatOfTheFirstSliceAndOthersDoNotCount() {
        content.add(chunk(1).get(0));
        chunk(0, 500, 433).forEach(content::add);

        assertThat(content.plan()).contains(chunk(1).get(0).getPlan());
        assertThat(content.isComplete(0)).isFalse();
    }

    @Test
    void slicesOfAnotherSizeDoNotCompleteAChunk() {
        content.add(chunk(1).get(0));
        chunk(1, 1000, 432).forEach(content::add);

        assertThat(content.isComplete(1)).isFalse();
        assertThat(content.begunWith(1)).contains(chunk(1).size());
    }

    @Test
    void anotherStreamDoesNotCount() {
        for (ChunkSlice slice : chunk(0)) {
            slice.setStream("other");
            slice.setCrc32c(SliceCodec.crc(slice));
            content.add(slice);
        }

        assertThat(content.plan()).isEmpty();
    }

    @Test
    void afterRetentionCutTheBeginningItGoesOnBehindTheNewest() {
        List<ChunkSlice> second = chunk(2);
        second.subList(1, second.size()).forEach(content::add);
        chunk(3).forEach(content::add);

        assertThat(new StreamScan(content, true).next()).isEqualTo(4);
        assertThat(new StreamScan(content, false).next()).isEqualTo(1);
    }

    @Test
    void afterRetentionCutAllButPartOfAChunkItGoesOnWithThatChunk() {
        content.add(chunk(3).get(1));

        assertThat(new StreamScan(content, true).next()).isEqualTo(3);
    }
}
