package org.almaflow.schemas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RecordCodecTest {

    private final RecordCodec<ChunkSlice> codec = RecordCodec.of(ChunkSlice.class);
    private final ChunkSlice slice = TestingSlices.slice(3);

    @Test
    void readsWhatItWrites() throws Exception {
        ChunkSlice read = codec.decode(codec.encode(slice));

        assertThat(read).isEqualTo(slice);
        assertThat(read.getSpec().getClassNames()).containsExactly("cat", "dog");
        assertThat(read.getProducedAt()).isEqualTo(slice.getProducedAt());
    }

    @Test
    void everyEncodingIsAnArrayOfItsOwn() throws Exception {
        byte[] first = codec.encode(slice);
        byte[] second = codec.encode(TestingSlices.slice(4));

        assertThat(second).hasSameSizeAs(first).isNotSameAs(first);
        assertThat(codec.decode(first)).isEqualTo(slice);
        assertThat(codec.decode(second)).isEqualTo(TestingSlices.slice(4));
    }

    @Test
    void writesTheSingleObjectEncoding() {
        assertThat(codec.encode(slice)).startsWith(0xC3, 0x01);
        assertThat(ByteBuffer.wrap(codec.encode(slice)).order(ByteOrder.LITTLE_ENDIAN).getLong(2))
                .isEqualTo(
                        org.apache.avro.SchemaNormalization.parsingFingerprint64(
                                ChunkSlice.getClassSchema()));
    }

    @Test
    void writesTheSameBytesAsAvroItself() throws Exception {
        assertThat(ByteBuffer.wrap(codec.encode(slice))).isEqualTo(slice.toByteBuffer());
    }

    @Test
    void refusesEveryTruncation() {
        byte[] whole = codec.encode(slice);

        for (int length = 0; length < whole.length; length++) {
            byte[] cut = Arrays.copyOf(whole, length);
            assertThatExceptionOfType(RecordFormatException.class)
                    .as("%d of %d bytes", length, whole.length)
                    .isThrownBy(() -> codec.decode(cut))
                    .withMessageStartingWith("not a ChunkSlice: ");
        }
    }

    @Test
    void refusesNothingAtAll() {
        assertThatExceptionOfType(RecordFormatException.class).isThrownBy(() -> codec.decode(null));
    }

    @Test
    void refusesBytesAfterTheRecord() {
        byte[] whole = codec.encode(slice);

        assertThatExceptionOfType(RecordFormatException.class)
                .isThrownBy(() -> codec.decode(Arrays.copyOf(whole, whole.length + 1)))
                .withMessageContaining("bytes after the record");
    }

    @Test
    void refusesAnotherMarker() {
        byte[] other = codec.encode(slice);
        other[1] = 2;

        assertThatExceptionOfType(RecordFormatException.class)
                .isThrownBy(() -> codec.decode(other))
                .withMessageContaining("c3 02");
    }

    @Test
    void namesAnUnknownSchema() {
        byte[] other = codec.encode(slice);
        ByteBuffer.wrap(other).order(ByteOrder.LITTLE_ENDIAN).putLong(2, 0x1234L);

        assertThatExceptionOfType(UnknownSchemaException.class)
                .isThrownBy(() -> codec.decode(other))
                .withMessageContaining("0000000000001234")
                .returns(0x1234L, UnknownSchemaException::fingerprint);
    }

    @Test
    void refusesARecordOfAnotherKind() {
        byte[] letter = SampleData.encode(SampleData.record(DeadLetter.getClassSchema()));

        assertThatExceptionOfType(UnknownSchemaException.class)
                .isThrownBy(() -> codec.decode(letter));
    }

    /** The test JVM has 256 MiB: allocating what these lengths claim would end it. */
    @ParameterizedTest
    @ValueSource(
            longs = {-1, 1 << 30, Integer.MAX_VALUE - 8, 1L << 40, Long.MAX_VALUE, Long.MIN_VALUE})
    void refusesAbsurdLengthsWithoutAllocatingThem(long length) {
        byte[] header = Arrays.copyOf(codec.encode(slice), 10);
        byte[] beforeShape = {2, 's', 2, 'p', 0, 2, 2, 0, 2, 2, 0};

        assertRefused(header, zigZag(length));
        assertRefused(header, beforeShape, zigZag(length), new byte[100]);
        assertRefused(header, beforeShape, zigZag(-length), zigZag(0), new byte[100]);
        byte[] beforeFeatures = {2, 2, 0, 4, 0, 0, 0, 0};
        assertRefused(header, beforeShape, beforeFeatures, zigZag(length), new byte[100]);
    }

    private void assertRefused(byte[]... parts) {
        byte[] bytes = concat(parts);
        assertThatExceptionOfType(RecordFormatException.class)
                .isThrownBy(() -> codec.decode(bytes));
    }

    @Test
    void randomDamageNeverEscapesAsAnythingElse() {
        byte[] whole = codec.encode(slice);
        Random random = new Random(7);
        int refused = 0;
        for (int i = 0; i < 20_000; i++) {
            byte[] damaged = whole.clone();
            damaged[10 + random.nextInt(whole.length - 10)] ^= (byte) (1 << random.nextInt(8));
            damaged[10 + random.nextInt(whole.length - 10)] = (byte) random.nextInt();
            try {
                ChunkSlice read = codec.decode(damaged);
                assertThat(read).isNotNull();
            } catch (RecordFormatException e) {
                refused++;
            }
        }
        assertThat(refused).isBetween(1_000, 19_999);
    }

    @Test
    void oneCodecServesSeveralThreads() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            Stream<Callable<Boolean>> work =
                    IntStream.range(0, 400).mapToObj(i -> () -> roundTrips(TestingSlices.slice(i)));
            for (Future<Boolean> result : threads.invokeAll(work.toList())) {
                assertThat(result.get()).isTrue();
            }
        } finally {
            threads.shutdownNow();
        }
    }

    private boolean roundTrips(ChunkSlice some) throws RecordFormatException {
        return codec.decode(codec.encode(some)).equals(some);
    }

    @Test
    void readsAFieldByTheHistoryOfItsRecord() throws Exception {
        RecordCodec<FeatureSpec> spec = RecordCodec.of(FeatureSpec.class, ChunkSlice.class, "spec");
        byte[] encoded = spec.encode(slice.getSpec());

        assertThat(ByteBuffer.wrap(encoded)).isEqualTo(slice.getSpec().toByteBuffer());
        assertThat(spec.decode(encoded)).isEqualTo(slice.getSpec());
        byte[] hugeName = concat(Arrays.copyOf(encoded, 10), new byte[] {0, 0, 0, 2, 2});
        assertThatExceptionOfType(RecordFormatException.class)
                .isThrownBy(() -> spec.decode(concat(hugeName, zigZag(1 << 30), new byte[100])))
                .withMessageContaining("EOFException");
    }

    @Test
    void asksForAStoredHistory() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RecordCodec.of(FeatureSpec.class))
                .withMessageContaining("avro-history/FeatureSpec/v1.avsc");
    }

    private static byte[] zigZag(long value) {
        long n = (value << 1) ^ (value >> 63);
        byte[] bytes = new byte[10];
        int length = 0;
        while ((n & ~0x7FL) != 0) {
            bytes[length++] = (byte) (n | 0x80);
            n >>>= 7;
        }
        bytes[length++] = (byte) n;
        return Arrays.copyOf(bytes, length);
    }

    private static byte[] concat(byte[]... parts) {
        ByteBuffer all = ByteBuffer.allocate(Arrays.stream(parts).mapToInt(p -> p.length).sum());
        for (byte[] part : parts) {
            all.put(part);
        }
        return all.array();
    }
}
