package org.almaflow.pipeline.source;

import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.flink.api.connector.source.ReaderOutput;
import org.apache.flink.api.connector.source.SourceEvent;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SourceSplit;
import org.apache.flink.core.io.InputStatus;

/**
 * Reads from another reader until {@link EndOfRun}. Everything but completion of the availability
 * future happens in the task's thread.
 */
@SuppressWarnings("try") // the interface lets close() throw anything
final class HeldOpenReader<T, S extends SourceSplit> implements SourceReader<T, S> {
    private final SourceReader<T, S> delegate;
    private boolean over;
    private CompletableFuture<Void> available = CompletableFuture.completedFuture(null);

    HeldOpenReader(SourceReader<T, S> delegate) {
        this.delegate = delegate;
    }

    @Override
    public void start() {
        delegate.start();
    }

    @Override
    public InputStatus pollNext(ReaderOutput<T> output) throws Exception {
        return over ? InputStatus.END_OF_INPUT : delegate.pollNext(output);
    }

    @Override
    public CompletableFuture<Void> isAvailable() {
        if (available.isDone()) {
            CompletableFuture<Void> next = new CompletableFuture<>();
            available = next;
            if (over) {
                next.complete(null);
            } else {
                var unused = delegate.isAvailable().thenRun(() -> next.complete(null));
            }
        }
        return available;
    }

    @Override
    public void handleSourceEvents(SourceEvent event) {
        if (event instanceof EndOfRun) {
            over = true;
            available.complete(null);
        } else {
            delegate.handleSourceEvents(event);
        }
    }

    @Override
    public List<S> snapshotState(long checkpoint) {
        return delegate.snapshotState(checkpoint);
    }

    @Override
    public void addSplits(List<S> splits) {
        delegate.addSplits(splits);
    }

    @Override
    public void notifyNoMoreSplits() {
        delegate.notifyNoMoreSplits();
    }

    @Override
    public void notifyCheckpointComplete(long checkpoint) throws Exception {
        delegate.notifyCheckpointComplete(checkpoint);
    }

    @Override
    public void notifyCheckpointAborted(long checkpoint) throws Exception {
        delegate.notifyCheckpointAborted(checkpoint);
    }

    @Override
    public void pauseOrResumeSplits(Collection<String> pause, Collection<String> resume) {
        delegate.pauseOrResumeSplits(pause, resume);
    }

    @Override
    public void close() throws Exception {
        delegate.close();
    }
}
