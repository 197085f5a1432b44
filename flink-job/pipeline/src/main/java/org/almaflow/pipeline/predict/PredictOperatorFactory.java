package org.almaflow.pipeline.predict;

import org.almaflow.pipeline.flow.RawSlice;
import org.apache.flink.streaming.api.operators.AbstractStreamOperatorFactory;
import org.apache.flink.streaming.api.operators.StreamOperator;
import org.apache.flink.streaming.api.operators.StreamOperatorParameters;
import org.apache.flink.streaming.api.operators.TwoInputStreamOperatorFactory;

/** Makes Predict where it runs. */
final class PredictOperatorFactory extends AbstractStreamOperatorFactory<RawSlice>
        implements TwoInputStreamOperatorFactory<RawSlice, RawSlice, RawSlice> {
    private final PredictOptions options;

    PredictOperatorFactory(PredictOptions options) {
        this.options = options;
    }

    @Override
    @SuppressWarnings({
        "unchecked",
        "TypeParameterUnusedInFormals"
    }) // the interface leaves the operator's type to the caller
    public <T extends StreamOperator<RawSlice>> T createStreamOperator(
            StreamOperatorParameters<RawSlice> parameters) {
        return (T) new PredictOperator(parameters, options);
    }

    @Override
    @SuppressWarnings("rawtypes") // as the interface has it
    public Class<? extends StreamOperator> getStreamOperatorClass(ClassLoader loader) {
        return PredictOperator.class;
    }
}
