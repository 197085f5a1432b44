package org.almaflow.learning.member;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import org.almaflow.learning.engine.Engine;
import org.almaflow.learning.experiment.LearnerSpec;

/**
 * One member of a learner as a state machine: takes directives in order, does them in bounded steps
 * and reports to a listener. Owns its network and example sets on an engine it does not own. Not
 * thread-safe: the thread that made it calls it.
 *
 * <p>Signatures that the pipeline relies on; the implementation follows.
 */
public interface MemberTrainer extends AutoCloseable {
    /**
     * Makes a member that has not done anything yet.
     *
     * @param experimentSeed what the split of chunks into training and validation is derived from
     */
    @SuppressWarnings("DoNotCallSuggester") // replaced next
    static MemberTrainer create(
            long experimentSeed,
            LearnerSpec learner,
            int member,
            Engine engine,
            ChunkReader chunks,
            ModelWriter models,
            MemberListener listener) {
        throw new IllegalStateException("being written");
    }

    /** Queues a directive behind those already queued. */
    void enqueue(Directive directive);

    /** Whether {@link #step} has something to do. */
    boolean hasWork();

    /** Does one bounded unit of work: at most one mini-batch, one file or one model to store. */
    void step() throws IOException;

    /** Writes the whole state: queue, weights, optimiser, position. */
    void write(DataOutput out) throws IOException;

    /** Reads what {@link #write} wrote; only on a member that has not worked yet. */
    void restore(DataInput in) throws IOException;

    @Override
    void close();
}
