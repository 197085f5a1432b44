package org.almaflow.pipeline.source;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.flink.api.connector.source.SourceEvent;
import org.apache.flink.api.connector.source.SourceSplit;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.util.FlinkRuntimeException;

/**
 * Watches for the end of the run beside another enumerator, and tells every reader of it. A run
 * that is over when it starts gets no splits, so that no record is read twice.
 */
final class HeldOpenEnumerator<S extends SourceSplit, C> implements SplitEnumerator<S, C> {
    private static final long PERIOD_MILLIS = 300;

    private final SplitEnumerator<S, C> delegate;
    private final SplitEnumeratorContext<S> context;
    private final Callable<Boolean> allDone;
    private boolean over;
    private boolean started;

    HeldOpenEnumerator(
            SplitEnumerator<S, C> delegate,
            SplitEnumeratorContext<S> context,
            Callable<Boolean> allDone) {
        this.delegate = delegate;
        this.context = context;
        this.allDone = allDone;
    }

    @Override
    public void start() {
        context.callAsync(allDone, this::begin);
        context.callAsync(allDone, this::end, PERIOD_MILLIS, PERIOD_MILLIS);
    }

    private void begin(Boolean done, Throwable failure) {
        end(done, failure);
        if (!over) {
            started = true;
            delegate.start();
            context.registeredReaders().keySet().forEach(delegate::addReader);
        }
    }

    private void end(Boolean done, Throwable failure) {
        if (failure != null) {
            throw new FlinkRuntimeException("cannot see which learners are done", failure);
        }
        if (done && !over) {
            over = true;
            context.registeredReaders().keySet().forEach(this::tell);
        }
    }

    private void tell(int reader) {
        context.sendEventToSourceReader(reader, new EndOfRun());
    }

    @Override
    public void addReader(int reader) {
        if (over) {
            tell(reader);
        } else if (started) {
            delegate.addReader(reader);
        }
    }

    @Override
    public void handleSplitRequest(int reader, String host) {
        delegate.handleSplitRequest(reader, host);
    }

    @Override
    public void addSplitsBack(List<S> splits, int reader) {
        delegate.addSplitsBack(splits, reader);
    }

    @Override
    public C snapshotState(long checkpoint) throws Exception {
        return delegate.snapshotState(checkpoint);
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
    public void handleSourceEvent(int reader, SourceEvent event) {
        delegate.handleSourceEvent(reader, event);
    }

    @Override
    public void close() throws IOException {
        delegate.close();
    }
}
