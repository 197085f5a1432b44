package org.almaflow.pipeline.source;

import java.util.List;
import org.almaflow.pipeline.JobOptions;
import org.almaflow.pipeline.store.RunStore;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.connector.source.Boundedness;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.api.connector.source.SourceSplit;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.api.java.typeutils.ResultTypeQueryable;
import org.apache.flink.core.io.SimpleVersionedSerializer;

/**
 * A source that ends when every learner of the run is done, and no earlier: another source
 * underneath gives the records. Held open, the job goes on taking checkpoints while it trains; see
 * docs/decisions/0004-ending-a-bounded-run.md.
 */
public final class HeldOpenSource<T, S extends SourceSplit, C>
        implements Source<T, S, C>, ResultTypeQueryable<T> {
    private final Source<T, S, C> delegate;
    private final TypeInformation<T> type;
    private final JobOptions options;
    private final List<String> learners;

    /**
     * @param delegate gives the records, without an end
     * @param learners who must be done
     */
    public HeldOpenSource(
            Source<T, S, C> delegate,
            TypeInformation<T> type,
            JobOptions options,
            List<String> learners) {
        this.delegate = delegate;
        this.type = type;
        this.options = options;
        this.learners = List.copyOf(learners);
    }

    @Override
    public Boundedness getBoundedness() {
        return Boundedness.CONTINUOUS_UNBOUNDED;
    }

    @Override
    public SourceReader<T, S> createReader(SourceReaderContext context) throws Exception {
        return new HeldOpenReader<>(delegate.createReader(context));
    }

    @Override
    public SplitEnumerator<S, C> createEnumerator(SplitEnumeratorContext<S> context)
            throws Exception {
        return held(delegate.createEnumerator(context), context);
    }

    @Override
    public SplitEnumerator<S, C> restoreEnumerator(SplitEnumeratorContext<S> context, C checkpoint)
            throws Exception {
        return held(delegate.restoreEnumerator(context, checkpoint), context);
    }

    private SplitEnumerator<S, C> held(
            SplitEnumerator<S, C> enumerator, SplitEnumeratorContext<S> context) {
        RunStore runs = new RunStore(options.storage(), options.run());
        return new HeldOpenEnumerator<>(enumerator, context, () -> runs.allDone(learners));
    }

    @Override
    public SimpleVersionedSerializer<S> getSplitSerializer() {
        return delegate.getSplitSerializer();
    }

    @Override
    public SimpleVersionedSerializer<C> getEnumeratorCheckpointSerializer() {
        return delegate.getEnumeratorCheckpointSerializer();
    }

    @Override
    public TypeInformation<T> getProducedType() {
        return type;
    }
}
