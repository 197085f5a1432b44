package org.almaflow.learning.session;

import java.util.List;
import org.almaflow.learning.engine.Engine;
import org.almaflow.learning.engine.ExampleSet;
import org.almaflow.learning.engine.Examples;

/**
 * What a session trains and validates on, on the engine's device. Owned by who uploaded it.
 *
 * @param validationLabels class index of each validation example
 */
public record TrainingSets(ExampleSet train, ExampleSet validation, int[] validationLabels)
        implements AutoCloseable {
    /** Uploads the parts of all chunks, in their order. */
    public static TrainingSets upload(Engine engine, List<Split> chunks) {
        Examples validation = Examples.concat(chunks.stream().map(Split::validation).toList());
        return new TrainingSets(
                engine.upload(Examples.concat(chunks.stream().map(Split::train).toList())),
                engine.upload(validation),
                validation.labels());
    }

    @Override
    public void close() {
        train.close();
        validation.close();
    }
}
