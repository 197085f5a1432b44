package org.almaflow.tests.waiting;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import org.almaflow.learning.engine.Examples;
import org.almaflow.learning.experiment.StreamSpec;
import org.almaflow.learning.member.ChunkReader;
import org.almaflow.learning.member.ChunkRef;
import org.almaflow.learning.network.InputSpec;
import org.almaflow.pipeline.store.Specs;
import org.almaflow.producer.StreamPlan;
import org.almaflow.producer.dataset.Dataset;
import org.almaflow.producer.dataset.DatasetRequest;
import org.almaflow.producer.dataset.Datasets;
import org.almaflow.producer.dataset.ExampleTable;

/** The chunks that the producer would publish, in memory; chunk 0 is the holdout. */
final class StreamInMemory implements ChunkReader {
    private final Dataset data;
    private final InputSpec input;
    private final StreamPlan plan;
    private final int chunks;
    private final Examples train;
    private final Map<Long, Examples> read = new HashMap<>();

    StreamInMemory(StreamSpec stream) {
        data = Datasets.load(new DatasetRequest(stream.dataset(), stream.labelColumn(), null));
        input = Specs.input(data.spec());
        chunks = stream.chunks();
        plan =
                new StreamPlan(
                        data.fingerprint(), data.train().size(), chunks, stream.seed(), false);
        train = examples(data.train());
    }

    private Examples examples(ExampleTable table) {
        return new Examples(
                input, data.spec().getClasses(), ByteBuffer.wrap(table.features()), table.labels());
    }

    /** Number B of chunks. */
    int chunks() {
        return chunks;
    }

    ChunkRef ref(long chunk) {
        int examples = chunk == 0 ? data.holdout().size() : plan.size(chunk);
        return new ChunkRef(chunk, "chunk-" + chunk, "", examples);
    }

    Examples examples(long chunk) {
        return read.computeIfAbsent(
                chunk, t -> t == 0 ? examples(data.holdout()) : train.select(plan.rows(t)));
    }

    @Override
    public Examples read(ChunkRef ref) throws IOException {
        return examples(ref.chunk());
    }
}
