package org.almaflow.pipeline.member;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import org.almaflow.learning.member.MemberTrainer;
import org.almaflow.pipeline.flow.MemberDirective;
import org.apache.avro.message.BinaryMessageDecoder;
import org.apache.avro.message.BinaryMessageEncoder;

/**
 * State of a member as bytes: magic, version, member, the directives that have no outcome yet, and
 * what the member's trainer wrote.
 */
final class TrainState {
    private static final int MAGIC = 0x414C4D54;
    private static final int VERSION = 1;

    private TrainState() {}

    /**
     * Writes a member's state.
     *
     * @param expected about how many bytes it will have
     */
    static byte[] write(
            int member, Deque<MemberDirective> pending, MemberTrainer trainer, int expected)
            throws IOException {
        BinaryMessageEncoder<MemberDirective> encoder = MemberDirective.getEncoder();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(expected + 1024);
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeInt(MAGIC);
        out.writeInt(VERSION);
        out.writeInt(member);
        out.writeInt(pending.size());
        for (MemberDirective directive : pending) {
            encoder.encode(directive, out);
        }
        trainer.write(out);
        return bytes.toByteArray();
    }

    /** Number of the member whose state that is. */
    static int member(byte[] state) throws IOException {
        return header(new DataInputStream(new ByteArrayInputStream(state)));
    }

    /** Restores {@code trainer} and returns the directives that have no outcome yet. */
    static Deque<MemberDirective> read(byte[] state, MemberTrainer trainer) throws IOException {
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(state));
        header(in);
        BinaryMessageDecoder<MemberDirective> decoder = MemberDirective.getDecoder();
        Deque<MemberDirective> pending = new ArrayDeque<>();
        for (int left = in.readInt(); left > 0; left--) {
            pending.add(decoder.decode(in));
        }
        trainer.restore(in);
        return pending;
    }

    private static int header(DataInputStream in) throws IOException {
        int magic = in.readInt();
        int version = in.readInt();
        if (magic != MAGIC || version != VERSION) {
            throw new IOException(
                    "the state of a member has version %d; this program reads version %d"
                            .formatted(magic == MAGIC ? version : -1, VERSION));
        }
        return in.readInt();
    }
}
