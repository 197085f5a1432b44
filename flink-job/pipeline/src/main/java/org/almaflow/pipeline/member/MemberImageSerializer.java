package org.almaflow.pipeline.member;

import java.io.DataInput;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntPredicate;
import org.almaflow.learning.member.MemberSnapshot;
import org.almaflow.pipeline.RecordType;
import org.almaflow.pipeline.flow.MemberDirective;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.base.TypeSerializerSingleton;
import org.apache.flink.api.java.typeutils.runtime.DataInputViewStream;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/**
 * How checkpoints store members: magic, version, member, run, fingerprint, the directives that have
 * no outcome yet, and the trainer's snapshot. Copying an image is the identity, so that a
 * checkpoint's synchronous part costs nothing and this writes in the asynchronous one. Each image
 * carries its version; every older one can be read.
 */
public final class MemberImageSerializer extends TypeSerializerSingleton<MemberImage> {
    static {
        RecordType.trust();
    }

    /** Name of the list state that holds a learner's members. */
    public static final String STATE = "members";

    private static final long serialVersionUID = 1;

    public static final MemberImageSerializer INSTANCE = new MemberImageSerializer();

    private static final int MAGIC = 0x414C4D54;
    private static final int VERSION = 2;
    private static final MemberImage NONE =
            new MemberImage(new Label(-1, "", Map.of()), List.of(), null);

    /** Flink makes the serializer that restores; only the thread says for whom. */
    private static final ThreadLocal<IntPredicate> KEPT = new ThreadLocal<>();

    /**
     * Which member's state an image is.
     *
     * @param version of the form it was read in
     * @param run id of the run that it belongs to; empty before version 2
     * @param fingerprint of the learner when it was made; empty before version 2
     */
    public record Label(int version, int member, String run, Map<String, String> fingerprint) {
        /** Of a member as it is now. */
        Label(int member, String run, Map<String, String> fingerprint) {
            this(VERSION, member, run, fingerprint);
        }
    }

    /**
     * Until {@link #keepAll}, this thread reads other members' images without keeping their
     * content: Flink gives every subtask all images of the learner, one after the other.
     */
    static void keepOnly(IntPredicate members) {
        KEPT.set(members);
    }

    static void keepAll() {
        KEPT.remove();
    }

    @Override
    public void serialize(MemberImage image, DataOutputView out) throws IOException {
        write(image.label(), out);
        out.writeInt(image.pending().size());
        for (MemberDirective directive : image.pending()) {
            ByteBuffer encoded = MemberDirective.getEncoder().encode(directive);
            out.writeInt(encoded.remaining());
            out.write(encoded.array(), encoded.arrayOffset(), encoded.remaining());
        }
        image.snapshot().write(out);
    }

    private static void write(Label label, DataOutputView out) throws IOException {
        out.writeInt(MAGIC);
        out.writeInt(VERSION);
        out.writeInt(label.member());
        out.writeUTF(label.run());
        out.writeInt(label.fingerprint().size());
        for (Map.Entry<String, String> e : new TreeMap<>(label.fingerprint()).entrySet()) {
            out.writeUTF(e.getKey());
            out.writeUTF(e.getValue());
        }
    }

    @Override
    public MemberImage deserialize(DataInputView in) throws IOException {
        Label label = label(in);
        List<MemberDirective> pending = new ArrayList<>();
        for (int left = in.readInt(); left > 0; left--) {
            pending.add(directive(label.version(), in));
        }
        MemberSnapshot snapshot = MemberSnapshot.read(in);
        IntPredicate kept = KEPT.get();
        return kept == null || kept.test(label.member())
                ? new MemberImage(label, pending, snapshot)
                : new MemberImage(label, List.of(), null);
    }

    /** The beginning of an image. */
    public static Label label(DataInput in) throws IOException {
        int magic = in.readInt();
        int version = in.readInt();
        if (magic != MAGIC || version < 1 || version > VERSION) {
            throw new IOException(
                    "the state of a member has version %d; this program reads versions 1 to %d"
                            .formatted(magic == MAGIC ? version : -1, VERSION));
        }
        int member = in.readInt();
        if (version == 1) {
            return new Label(version, member, "", Map.of());
        }
        String run = in.readUTF();
        Map<String, String> fingerprint = new TreeMap<>();
        for (int left = in.readInt(); left > 0; left--) {
            fingerprint.put(in.readUTF(), in.readUTF());
        }
        return new Label(version, member, run, fingerprint);
    }

    private static MemberDirective directive(int version, DataInputView in) throws IOException {
        if (version == 1) {
            return MemberDirective.getDecoder().decode(new DataInputViewStream(in));
        }
        byte[] encoded = new byte[in.readInt()];
        in.readFully(encoded);
        return MemberDirective.getDecoder().decode(encoded);
    }

    @Override
    public MemberImage createInstance() {
        return NONE;
    }

    @Override
    public boolean isImmutableType() {
        return true;
    }

    @Override
    public MemberImage copy(MemberImage from) {
        return from;
    }

    @Override
    public MemberImage copy(MemberImage from, MemberImage reuse) {
        return from;
    }

    @Override
    public void copy(DataInputView source, DataOutputView target) throws IOException {
        serialize(deserialize(source), target);
    }

    @Override
    public MemberImage deserialize(MemberImage reuse, DataInputView source) throws IOException {
        return deserialize(source);
    }

    /** Unknown and therefore −1. */
    @Override
    public int getLength() {
        return -1;
    }

    @Override
    public TypeSerializerSnapshot<MemberImage> snapshotConfiguration() {
        return new Snapshot();
    }

    /** Nothing to configure: versions are in the images. */
    public static final class Snapshot extends SimpleTypeSerializerSnapshot<MemberImage> {
        public Snapshot() {
            super(() -> INSTANCE);
        }
    }
}
