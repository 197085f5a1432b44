package org.almaflow.learning.member;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import org.almaflow.learning.member.ModelWriter.ModelRef;
import org.almaflow.learning.network.NetworkSpec;
import org.almaflow.learning.network.Safetensors;
import org.almaflow.learning.network.Tensors;
import org.almaflow.learning.session.StateCodec;

/**
 * The weights that a member predicts with and where they can be had again. Immutable. A state that
 * was read has no tensors until {@link #load}, unless it holds them itself.
 *
 * @param origin how a state stores them
 * @param file for {@link Origin#FILE}; otherwise null
 * @param tensors null until they are loaded
 */
record Deployed(Origin origin, ModelRef file, Tensors tensors) {
    /** Where weights come from; the state holds its letter. */
    enum Origin {
        /** Derived from the learner's seed: nothing is stored. */
        INITIAL('I'),
        /** A file of {@link ModelFiles}. */
        FILE('F'),
        /** The state itself. */
        STATE('S');

        private final char code;

        Origin(char code) {
            this.code = code;
        }

        private static Origin of(char code) throws IOException {
            for (Origin origin : values()) {
                if (origin.code == code) {
                    return origin;
                }
            }
            throw new IOException("state of a member names the unknown origin '" + code + "'");
        }
    }

    static Deployed initial(Tensors tensors) {
        return new Deployed(Origin.INITIAL, null, tensors);
    }

    static Deployed inState(Tensors tensors) {
        return new Deployed(Origin.STATE, null, tensors);
    }

    /** The same weights, which are now in {@code stored}, too. */
    Deployed in(ModelRef stored) {
        return new Deployed(Origin.FILE, stored, tensors);
    }

    /** Loaded, if they were not; {@code seed} is that of the initial weights. */
    Deployed load(ModelFiles files, NetworkSpec network, long seed) throws IOException {
        if (tensors != null) {
            return this;
        }
        return new Deployed(
                origin,
                file,
                origin == Origin.INITIAL
                        ? Tensors.initial(network, seed)
                        : Safetensors.read(files.read(file)).weights());
    }

    void write(DataOutput out) throws IOException {
        out.writeChar(origin.code);
        switch (origin) {
            case INITIAL -> {}
            case FILE -> MemberState.write(out, file);
            case STATE -> StateCodec.write(out, tensors);
        }
    }

    static Deployed read(DataInput in) throws IOException {
        return switch (Origin.of(in.readChar())) {
            case INITIAL -> initial(null);
            case FILE -> initial(null).in(MemberState.readModel(in));
            case STATE -> inState(StateCodec.readTensors(in));
        };
    }
}
