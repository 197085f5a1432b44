package org.almaflow.pipeline.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.flink.api.connector.source.ReaderOutput;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SourceSplit;
import org.apache.flink.core.io.InputStatus;
import org.junit.jupiter.api.Test;

class HeldOpenReaderTest {
    private final TestingReader delegate = new TestingReader();
    private final HeldOpenReader<String, SourceSplit> reader = new HeldOpenReader<>(delegate);

    @Test
    void readsFromTheReaderUnderneathUntilTheRunIsOver() throws Exception {
        assertThat(reader.pollNext(null)).isEqualTo(InputStatus.NOTHING_AVAILABLE);

        reader.handleSourceEvents(new EndOfRun());

        assertThat(reader.pollNext(null)).isEqualTo(InputStatus.END_OF_INPUT);
        assertThat(delegate.polls).isEqualTo(1);
    }

    @Test
    void wakesWhenTheReaderUnderneathHasSomething() {
        CompletableFuture<Void> available = reader.isAvailable();
        assertThat(available).isNotDone();

        delegate.available.complete(null);

        assertThat(available).isDone();
    }

    @Test
    void wakesWhenTheRunIsOver() {
        CompletableFuture<Void> available = reader.isAvailable();

        reader.handleSourceEvents(new EndOfRun());

        assertThat(available).isDone();
        assertThat(reader.isAvailable()).isDone();
    }

    @Test
    void waitingAgainAndAgainAddsNothingToTheFutureUnderneath() {
        for (int i = 0; i < 1000; i++) {
            assertThat(reader.isAvailable()).isNotDone();
        }

        assertThat(delegate.available.getNumberOfDependents()).isEqualTo(1);
    }

    /** Has nothing to give until told. */
    @SuppressWarnings("try") // the interface lets close() throw anything
    private static final class TestingReader implements SourceReader<String, SourceSplit> {
        private final CompletableFuture<Void> available = new CompletableFuture<>();
        private int polls;

        @Override
        public void start() {}

        @Override
        public InputStatus pollNext(ReaderOutput<String> output) {
            polls++;
            return InputStatus.NOTHING_AVAILABLE;
        }

        @Override
        public List<SourceSplit> snapshotState(long checkpoint) {
            return List.of();
        }

        @Override
        public CompletableFuture<Void> isAvailable() {
            return available;
        }

        @Override
        public void addSplits(List<SourceSplit> splits) {}

        @Override
        public void notifyNoMoreSplits() {}

        @Override
        public void close() {}
    }
}
