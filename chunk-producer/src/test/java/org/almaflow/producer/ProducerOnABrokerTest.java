package org.almaflow.producer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.stream.LongStream;
import org.almaflow.kafka.EmbeddedKafka;
import org.almaflow.producer.dataset.Dataset;
import org.almaflow.schemas.ChunkSlice;
import org.almaflow.schemas.RecordCodec;
import org.almaflow.schemas.SliceCodec;
import org.almaflow.schemas.TopicAdmin;
import org.almaflow.schemas.TopicException;
import org.almaflow.schemas.Topics;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ProducerOnABrokerTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir static Path dir;
    private static EmbeddedKafka kafka;

    private final Dataset dataset = TestingData.images(400, 50);
    private final TestingListener listener = new TestingListener();
    private Topics topics;
    private ProduceSettings settings;

    @BeforeAll
    static void startBroker() {
        kafka = EmbeddedKafka.start(dir, OptionalInt.empty());
    }

    @AfterAll
    static void stopBroker() {
        kafka.close();
    }

    @BeforeEach
    void createTopics(TestInfo test) {
        topics =
                new Topics(
                        Integer.toHexString(test.getDisplayName().hashCode())
                                + test.getTestMethod().orElseThrow().getName());
        new TopicAdmin(Map.of("bootstrap.servers", kafka.bootstrapServers()))
                .create(topics, (short) 1);
        settings =
                ProduceSettings.standard(kafka.bootstrapServers(), "images")
                        .withTopics(topics)
                        .withPlan(5, 432, false)
                        .withSlices(Compression.LZ4, 60_000);
    }

    private ProduceSummary produce() throws InterruptedException {
        return Producer.run(settings, dataset, listener);
    }

    private List<ConsumerRecord<String, byte[]>> records() {
        return TestingTopic.readAll(kafka.bootstrapServers(), topics.chunks());
    }

    private List<ChunkSlice> slices() throws Exception {
        RecordCodec<ChunkSlice> codec = RecordCodec.of(ChunkSlice.class);
        List<ChunkSlice> slices = new ArrayList<>();
        for (ConsumerRecord<String, byte[]> one : records()) {
            slices.add(codec.decode(one.value()));
        }
        return slices;
    }

    /** What a whole stream consists of, computed without Kafka. */
    private List<ChunkSlice> expected(long first, long last) {
        StreamPlan plan = plan(settings);
        ChunkSlicer slicer = new ChunkSlicer("images", dataset, plan, settings.maxSliceBytes());
        List<ChunkSlice> slices = new ArrayList<>();
        LongStream.rangeClosed(first, last)
                .forEach(chunk -> slicer.cut(chunk, Instant.EPOCH).forEach(slices::add));
        return slices;
    }

    private StreamPlan plan(ProduceSettings of) {
        return new StreamPlan(dataset.fingerprint(), 400, of.chunks(), of.seed(), of.loop());
    }

    private static List<ChunkSlice> timeless(List<ChunkSlice> slices) {
        slices.forEach(slice -> slice.setProducedAt(Instant.EPOCH));
        return slices;
    }

    private void send(List<ChunkSlice> slices) throws InterruptedException {
        try (ChunkPublisher publisher = new ChunkPublisher(settings)) {
            for (ChunkSlice slice : slices) {
                publisher.send(slice);
            }
            publisher.awaitStored();
        }
    }

    @ParameterizedTest
    @EnumSource
    void publishesTheWholeStreamInOrderInOnePartition(Compression compression) throws Exception {
        settings = settings.withSlices(compression, 60_000);
        ProduceSummary summary = produce();

        assertThat(timeless(slices())).isEqualTo(expected(0, 5));
        assertThat(records())
                .extracting(ConsumerRecord::partition)
                .containsOnly(records().get(0).partition());
        assertThat(records()).extracting(ConsumerRecord::key).containsOnly("images");
        assertThat(listener.chunks()).containsExactly(0L, 1L, 2L, 3L, 4L, 5L);
        assertThat(summary.plan()).isEqualTo(plan(settings).fingerprint());
        assertThat(summary.examples()).isEqualTo(450);
        assertThat(summary.bytes())
                .isEqualTo(records().stream().mapToLong(r -> r.value().length).sum());
    }

    @Test
    void recordsStayWithinTheBoundAndTheDefaultTopicTakesThem() throws Exception {
        settings = settings.withSlices(Compression.NONE, ProduceSettings.DEFAULT_MAX_SLICE_BYTES);
        produce();

        assertThat(records()).allMatch(r -> r.value().length <= 512 * 1024);
        assertThat(records()).anyMatch(r -> r.value().length > 200 * 1024);
        assertThat(slices()).allMatch(SliceCodec::intact);
    }

    @Test
    void goesOnAfterAKillInTheMiddleOfAChunk() throws Exception {
        List<ChunkSlice> whole = expected(0, 5);
        int published = expected(0, 2).size() + 2;
        send(whole.subList(0, published));

        ProduceSummary summary = produce();

        assertThat(listener.first).isEqualTo(3);
        assertThat(listener.chunks()).containsExactly(3L, 4L, 5L);
        assertThat(summary.firstChunk()).isEqualTo(3);
        List<ChunkSlice> all = timeless(slices());
        assertThat(all).hasSize(whole.size() + 2).containsAll(whole);
        assertThat(all.subList(published, all.size())).isEqualTo(expected(3, 5));
    }

    @Test
    void goesOnAfterAKillInTheMiddleOfTheHoldout() throws Exception {
        send(expected(0, 0).subList(0, 1));

        produce();

        assertThat(listener.chunks()).containsExactly(0L, 1L, 2L, 3L, 4L, 5L);
    }

    @Test
    void fillsAHoleThatADamagedSliceMade() throws Exception {
        List<ChunkSlice> whole = expected(0, 5);
        ChunkSlice damaged = whole.get(expected(0, 4).size());
        damaged.setCrc32c(damaged.getCrc32c() ^ 1);
        send(whole);
        TestingTopic.send(
                kafka.bootstrapServers(), topics.chunks(), "images", new byte[] {1, 2, 3});

        produce();

        assertThat(listener.chunks()).containsExactly(5L);
    }

    @Test
    void aPublishedStreamIsLeftAsItIs() throws Exception {
        produce();
        int records = records().size();
        ProduceSummary again = produce();

        assertThat(again.chunks()).isZero();
        assertThat(records()).hasSize(records);
    }

    @Test
    void duplicatesDoNotDisturbIt() throws Exception {
        List<ChunkSlice> twice = new ArrayList<>(expected(0, 3));
        twice.addAll(expected(1, 3));
        send(twice);

        produce();

        assertThat(listener.chunks()).containsExactly(4L, 5L);
    }

    @Test
    void anotherPlanUnderTheSameNameIsRefused() throws Exception {
        produce();
        int records = records().size();
        ProduceSettings other = settings.withPlan(5, 433, false);

        assertThatExceptionOfType(ProduceException.class)
                .isThrownBy(() -> Producer.run(other, dataset, listener))
                .withMessageContaining("stream images in topic " + topics.chunks())
                .withMessageContaining("plan " + plan(settings).fingerprint())
                .withMessageContaining("plan " + plan(other).fingerprint())
                .withMessageContaining("--stream");
        assertThat(records()).hasSize(records);
    }

    @Test
    void anotherStreamInTheSameTopicIsNoHindrance() throws Exception {
        produce();
        ProduceSettings other =
                ProduceSettings.standard(kafka.bootstrapServers(), "others")
                        .withTopics(topics)
                        .withPlan(2, 1, false);

        assertThat(Producer.run(other, dataset, listener).chunks()).isEqualTo(3);
    }

    @Test
    void slicesOfAnotherSizeAreNotMixedIntoAChunk() throws Exception {
        send(expected(0, 1).subList(0, expected(0, 0).size() + 1));
        ProduceSettings other = settings.withSlices(Compression.LZ4, 100_000);

        assertThatExceptionOfType(ProduceException.class)
                .isThrownBy(() -> Producer.run(other, dataset, listener))
                .withMessageStartingWith("chunk 1 was begun with ")
                .withMessageContaining("--max-slice-bytes");
    }

    @Test
    void anInterruptWhileWaitingLeavesWholeChunksAndTheNextRunGoesOn() throws Exception {
        settings = settings.withSchedule(ArrivalSchedule.fixed(Duration.ofHours(1)));
        FutureTask<ProduceSummary> running = new FutureTask<>(this::produce);
        Thread thread = new Thread(running, "producing");
        thread.start();
        await().atMost(PATIENCE).until(() -> listener.chunks().contains(1L) || running.isDone());
        thread.interrupt();

        assertThatExceptionOfType(ExecutionException.class)
                .isThrownBy(running::get)
                .withCauseInstanceOf(InterruptedException.class);
        assertThat(timeless(slices())).isEqualTo(expected(0, 1));
        settings = settings.withSchedule(ArrivalSchedule.asFastAsPossible());
        produce();
        assertThat(timeless(slices())).isEqualTo(expected(0, 5));
    }

    @Test
    void aLoopContinuesItsIndexAfterARestart() throws Exception {
        settings = settings.withPlan(5, 432, true);
        send(expected(0, 12));
        settings = settings.withSchedule(ArrivalSchedule.fixed(Duration.ofHours(1)));
        FutureTask<ProduceSummary> running = new FutureTask<>(this::produce);
        Thread thread = new Thread(running, "producing");
        thread.start();
        await().atMost(PATIENCE).until(() -> !listener.chunks().isEmpty() || running.isDone());
        thread.interrupt();

        assertThatExceptionOfType(ExecutionException.class).isThrownBy(running::get);
        assertThat(listener.chunks()).containsExactly(13L);
        assertThat(timeless(slices())).isEqualTo(expected(0, 13));
        assertThat(slices()).allMatch(slice -> slice.getChunks() == 0);
    }

    @Test
    void namesAMissingTopic() {
        ProduceSettings nowhere = settings.withTopics(new Topics("nowhere"));

        assertThatExceptionOfType(TopicException.class)
                .isThrownBy(() -> Producer.run(nowhere, dataset, listener))
                .withMessageContaining("topic nowhere.chunks is missing")
                .withMessageContaining("alma topics create");
    }

    @Test
    void saysThatTheBrokerIsNotThere() {
        ProduceSettings nobody =
                ProduceSettings.standard("127.0.0.1:1", "images")
                        .withPlan(5, 432, false)
                        .withClient(Map.of(), Duration.ofMillis(800));

        assertThatExceptionOfType(TopicException.class)
                .isThrownBy(() -> Producer.run(nobody, dataset, listener))
                .withMessageContaining("no Kafka broker answers at 127.0.0.1:1 within 0.8 s");
    }

    @Test
    void saysWhatTheBrokerRefuses() {
        settings = settings.withSlices(Compression.NONE, 2 << 20);

        assertThatExceptionOfType(ProduceException.class)
                .isThrownBy(() -> Producer.run(settings, TestingData.images(2000, 1), listener))
                .withMessageContaining("did not take a slice for topic " + topics.chunks())
                .withMessageContaining("larger than the max message size");
    }

    @Test
    void extraClientPropertiesReachTheClients() {
        ProduceSettings secured =
                settings.withClient(
                        Map.of("security.protocol", "SASL_NONSENSE"), Duration.ofSeconds(15));

        assertThatExceptionOfType(TopicException.class)
                .isThrownBy(() -> Producer.run(secured, dataset, listener))
                .withMessageContaining("SASL_NONSENSE");
    }
}
