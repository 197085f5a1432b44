package org.almaflow.learning.member;

import java.io.IOException;
import org.almaflow.learning.engine.Engine;
import org.almaflow.learning.engine.ExampleSet;
import org.almaflow.learning.network.InputSpec;
import org.almaflow.learning.session.Evaluation;

/** The holdout on the engine's device. Owns its share of the example set. */
record Holdout(ExampleSet set) implements AutoCloseable {
    /** Every member of every learner looks at the same file, which nobody changes. */
    static Holdout open(Engine engine, ChunkReader chunks, ChunkRef ref) throws IOException {
        return new Holdout(engine.share(ref.sha256(), () -> chunks.read(ref)));
    }

    InputSpec input() {
        return set.input();
    }

    int classes() {
        return set.classes();
    }

    int[] labels() {
        return set.labels();
    }

    /** An evaluation from the beginning. */
    Evaluation evaluation(boolean keep) {
        Evaluation evaluation = new Evaluation(set);
        return keep ? evaluation.keeping(Evaluation.kept(input(), classes())) : evaluation;
    }

    @Override
    public void close() {
        set.close();
    }
}
