package org.almaflow.learning.member;

import org.almaflow.learning.engine.Engine;
import org.almaflow.learning.experiment.LearnerSpec;
import org.almaflow.learning.session.TrainingSets;

/**
 * Opens the training and validation sets of a session: all that a member remembers, in pieces that
 * fit its learner's memory.
 *
 * @param experimentSeed what the split of chunks into training and validation is derived from
 */
record MemorySets(Engine engine, ChunkReader chunks, LearnerSpec learner, long experimentSeed) {
    /** How many pieces of chunks a window of the training set has at least: they mix in it. */
    private static final int PIECES_OF_A_WINDOW = 8;

    /** Bytes of a chunk that a step reads and copies to the device at most. */
    private static final int BYTES_OF_A_PIECE = 16 << 20;

    /** The caller owns the sets, which are not loaded yet. */
    TrainingSets open(Memory memory, Holdout holdout) {
        long most = Math.max(1, BYTES_OF_A_PIECE / holdout.input().bytes());
        TrainingSets sets = sets(holdout, pieces(memory, most));
        if (sets.whole()) {
            return sets;
        }
        long bytes = engine.bytesPerExample(holdout.input());
        long rows = learner.memory() / PIECES_OF_A_WINDOW / bytes;
        return sets(holdout, pieces(memory, Math.max(1, Math.min(rows, most))));
    }

    private TrainingSets sets(Holdout holdout, MemoryPieces pieces) {
        return new TrainingSets(
                engine, holdout.input(), holdout.classes(), pieces, learner.memory());
    }

    private MemoryPieces pieces(Memory memory, long most) {
        double validation = learner.training().validation();
        return new MemoryPieces(memory, chunks, validation, experimentSeed, most);
    }
}
