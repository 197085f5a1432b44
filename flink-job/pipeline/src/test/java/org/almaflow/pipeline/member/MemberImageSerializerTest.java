package org.almaflow.pipeline.member;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import org.almaflow.learning.member.MemberSnapshot;
import org.almaflow.pipeline.flow.MemberDirective;
import org.almaflow.pipeline.member.MemberImageSerializer.Label;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataInputViewStreamWrapper;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MemberImageSerializerTest {
    private static final MemberImageSerializer SERIALIZER = MemberImageSerializer.INSTANCE;

    @AfterEach
    void keepAll() {
        MemberImageSerializer.keepAll();
    }

    /** A trainer's state of the learning module's tests, in version 1. */
    private static byte[] trainer() throws IOException {
        try (InputStream stored = MemberSnapshot.class.getResourceAsStream("member-state-v1.bin")) {
            return stored.readAllBytes();
        }
    }

    private static MemberDirective directive() {
        return new MemberDirective(
                3, 7L, 9L, false, 2L, "because", List.of(), 11L, null, false, true);
    }

    private static MemberImage image() throws IOException {
        return new MemberImage(
                new Label(3, "run-1", Map.of("family", "Single", "engine", "dl4j")),
                List.of(directive(), directive()),
                MemberSnapshot.read(new DataInputDeserializer(trainer())));
    }

    private static byte[] bytes(MemberImage image) throws IOException {
        DataOutputSerializer out = new DataOutputSerializer(1024);
        SERIALIZER.serialize(image, out);
        return out.getCopyOfBuffer();
    }

    private static MemberImage read(byte[] bytes) throws IOException {
        return SERIALIZER.deserialize(new DataInputDeserializer(bytes));
    }

    @Test
    void whatIsWrittenIsReadAgain() throws IOException {
        MemberImage image = image();
        MemberImage again = read(bytes(image));

        assertThat(again.label()).isEqualTo(image.label());
        assertThat(again.pending()).isEqualTo(image.pending());
        assertThat(bytes(again)).isEqualTo(bytes(image));
    }

    /** The synchronous part of a checkpoint copies every element. */
    @Test
    void aCopyIsTheImageItself() throws IOException {
        MemberImage image = image();

        assertThat(SERIALIZER.copy(image)).isSameAs(image);
    }

    @Test
    void otherSubtasksMembersAreReadAndNotKept() throws IOException {
        byte[] image = bytes(image());
        DataOutputSerializer twice = new DataOutputSerializer(image.length * 2);
        twice.write(image);
        twice.write(image);
        DataInputDeserializer in = new DataInputDeserializer(twice.getCopyOfBuffer());

        MemberImageSerializer.keepOnly(member -> member == 2);
        MemberImage foreign = SERIALIZER.deserialize(in);
        MemberImageSerializer.keepOnly(member -> member == 3);
        MemberImage own = SERIALIZER.deserialize(in);

        assertThat(foreign.label()).isEqualTo(own.label());
        assertThat(foreign.snapshot()).isNull();
        assertThat(bytes(own)).isEqualTo(image);
    }

    @Test
    void versionOneIsRead() throws IOException {
        DataOutputSerializer out = new DataOutputSerializer(1024);
        out.writeInt(0x414C4D54);
        out.writeInt(1);
        out.writeInt(3);
        out.writeInt(1);
        ByteBuffer encoded = MemberDirective.getEncoder().encode(directive());
        out.write(encoded.array(), encoded.arrayOffset(), encoded.remaining());
        out.write(trainer());

        MemberImage image = read(out.getCopyOfBuffer());

        assertThat(image.label()).isEqualTo(new Label(1, 3, "", Map.of()));
        assertThat(image.pending()).containsExactly(directive());
        assertThat(image.snapshot()).isNotNull();
    }

    @Test
    void otherVersionsAreRefused() {
        assertThatThrownBy(() -> read(new byte[16]))
                .isInstanceOf(IOException.class)
                .hasMessage(
                        "the state of a member has version -1; this program reads versions 1 to 2");
    }

    @Test
    void theSerializersOwnSnapshotRestoresIt() throws IOException {
        DataOutputSerializer out = new DataOutputSerializer(64);
        TypeSerializerSnapshot.writeVersionedSnapshot(out, SERIALIZER.snapshotConfiguration());
        TypeSerializerSnapshot<MemberImage> read =
                TypeSerializerSnapshot.readVersionedSnapshot(
                        new DataInputViewStreamWrapper(
                                new ByteArrayInputStream(out.getCopyOfBuffer())),
                        getClass().getClassLoader());

        assertThat(read.restoreSerializer()).isEqualTo(SERIALIZER);
        assertThat(
                        SERIALIZER
                                .snapshotConfiguration()
                                .resolveSchemaCompatibility(read)
                                .isCompatibleAsIs())
                .isTrue();
    }
}
