package org.almaflow.learning.member;

import org.almaflow.learning.engine.Engine;
import org.almaflow.learning.engine.ExampleSet;
import org.almaflow.learning.engine.Examples;
import org.almaflow.learning.network.InputSpec;
import org.almaflow.learning.session.Evaluation;

/** The holdout on the engine's device. Owns its example set. */
record Holdout(InputSpec input, int classes, ExampleSet set, int[] labels)
        implements AutoCloseable {
    static Holdout upload(Engine engine, Examples examples) {
        return new Holdout(
                examples.input(), examples.classes(), engine.upload(examples), examples.labels());
    }

    /** An evaluation from the beginning. */
    Evaluation evaluation(boolean keepLogits) {
        Evaluation evaluation = new Evaluation(set, labels);
        return keepLogits ? evaluation.keepingLogits(classes) : evaluation;
    }

    @Override
    public void close() {
        set.close();
    }
}
