package org.almaflow.learning.member;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.almaflow.learning.member.ModelWriter.ModelRef;

/**
 * The whole state of a member at one moment: queue, weights, optimiser, position. Immutable, so
 * that it can be written in another thread while the member works on; taking it copies only what
 * the engine changes in place.
 */
public final class MemberSnapshot {
    private final MemberState state;

    /**
     * Wraps a state.
     *
     * @param state nobody else changes it any more
     */
    MemberSnapshot(MemberState state) {
        this.state = state;
    }

    /** A state for a member to work on. */
    MemberState toState() {
        return state.copy();
    }

    /** The model files and kept files that it refers to, without which it cannot be restored. */
    public List<ModelRef> files() {
        Stream<ModelRef> own =
                Stream.of(
                                Optional.ofNullable(state.deployed).map(Deployed::file),
                                Optional.ofNullable(state.ensemble).map(Ensemble::file),
                                state.model)
                        .flatMap(Optional::stream);
        return Stream.concat(own, state.chunkPredictions.networks().stream()).distinct().toList();
    }

    /** Writes it in its newest version. */
    public void write(DataOutput out) throws IOException {
        state.write(out);
    }

    /**
     * Reads any version.
     *
     * @throws IOException when the version is unknown to this build
     */
    public static MemberSnapshot read(DataInput in) throws IOException {
        return new MemberSnapshot(MemberState.read(in));
    }
}
