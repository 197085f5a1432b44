package org.almaflow.observer;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.almaflow.kafka.EmbeddedKafka;
import org.almaflow.observer.MetricSubscriber.Start;
import org.almaflow.schemas.EvaluationEvent;
import org.almaflow.schemas.RecordCodec;
import org.almaflow.schemas.SessionEvent;
import org.almaflow.schemas.SessionPhase;
import org.almaflow.schemas.TopicAdmin;
import org.almaflow.schemas.Topics;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

/** Whenever and however often a subscriber reads, the run looks the same to it in the end. */
class ConsistentPictureTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final int ARRIVALS = 30;
    private static final byte[] KEY = {'a'};

    @TempDir static Path folder;
    private static EmbeddedKafka kafka;
    private static Map<String, Object> client;

    private final RecordCodec<EvaluationEvent> evaluations = RecordCodec.of(EvaluationEvent.class);
    private final RecordCodec<SessionEvent> sessions = RecordCodec.of(SessionEvent.class);
    private Topics topics;
    private KafkaProducer<byte[], byte[]> job;

    @BeforeAll
    static void start() {
        kafka = EmbeddedKafka.start(folder, OptionalInt.empty());
        client = Map.of("bootstrap.servers", kafka.bootstrapServers());
    }

    @AfterAll
    static void stop() {
        kafka.close();
    }

    @BeforeEach
    void begin(TestInfo test) {
        topics = new Topics(test.getTestMethod().orElseThrow().getName());
        new TopicAdmin(client).create(topics, (short) 1);
        Map<String, Object> properties = new HashMap<>(client);
        properties.put("transactional.id", topics.prefix());
        job = new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
        job.initTransactions();
    }

    @AfterEach
    void end() {
        job.close();
    }

    @Test
    void aSubscriberThatStartsLateSeesWhatAnEarlyOneSaw() throws Exception {
        RunLedger early = ledger();
        try (MetricSubscriber subscriber = subscriber(Map.of(), Start.NOW)) {
            for (int arrival = 0; arrival <= ARRIVALS; arrival++) {
                publish(arrival);
                subscriber.readToEnd(PATIENCE).forEach(seen -> add(early, seen));
            }
        }
        assertThat(picture(early)).isEqualTo(picture(expected()));
        RunLedger late = ledger();
        try (MetricSubscriber subscriber = subscriber(Map.of(), Start.BEGINNING)) {
            subscriber.readToEnd(PATIENCE).forEach(seen -> add(late, seen));
        }
        assertThat(picture(late)).isEqualTo(picture(early));
    }

    /** The second reading begins when the first has seen a part, and repeats it. */
    @Test
    void readingTwiceCountsNothingTwice() throws Exception {
        RunLedger ledger = ledger();
        for (int part = 0; part < 3; part++) {
            for (int arrival = part * ARRIVALS / 3;
                    arrival < (part + 1) * ARRIVALS / 3;
                    arrival++) {
                publish(arrival);
            }
            if (part == 2) {
                publish(ARRIVALS);
            }
            try (MetricSubscriber again = subscriber(Map.of(), Start.BEGINNING)) {
                again.readToEnd(PATIENCE).forEach(seen -> add(ledger, seen));
            }
        }
        assertThat(picture(ledger)).isEqualTo(picture(expected()));
    }

    /** It takes one event a poll while the job publishes all and aborts half of what it tries. */
    @Test
    void aSubscriberThatFallsBehindMissesNothing() throws Exception {
        RunLedger ledger = ledger();
        List<Observation> seen = new ArrayList<>();
        try (MetricSubscriber slow = subscriber(Map.of("max.poll.records", 1), Start.NOW)) {
            for (int arrival = 0; arrival <= ARRIVALS; arrival++) {
                abandon(arrival);
                publish(arrival);
                seen.addAll(slow.poll(Duration.ZERO));
            }
            assertThat(seen.size()).isLessThanOrEqualTo(ARRIVALS + 1);
            seen.addAll(slow.readToEnd(PATIENCE));
        }
        assertThat(seen).doesNotHaveDuplicates().hasSize(4 * ARRIVALS + 1);
        seen.forEach(one -> add(ledger, one));
        assertThat(picture(ledger)).isEqualTo(picture(expected()));
    }

    private static RunLedger ledger() {
        return new RunLedger("run-1", "toy", List.of("a"));
    }

    private MetricSubscriber subscriber(Map<String, Object> more, Start start) {
        Map<String, Object> properties = new HashMap<>(client);
        properties.putAll(more);
        return new MetricSubscriber(
                properties,
                topics,
                EnumSet.of(Metric.EVALUATIONS, Metric.SESSIONS),
                start,
                PATIENCE);
    }

    private static void add(RunLedger ledger, Observation seen) {
        ledger.add(((Observation.Event) seen).value());
    }

    /** What a person would see: both tables. */
    private static List<String> picture(RunLedger ledger) throws Exception {
        return List.of(RunCsv.evaluations(ledger), RunCsv.sessions(ledger));
    }

    private static RunLedger expected() {
        RunLedger ledger = ledger();
        for (int arrival = 0; arrival <= ARRIVALS; arrival++) {
            ledger.add(evaluation(arrival, 1.0 / (1 + arrival)));
            session(arrival).forEach(ledger::add);
        }
        return ledger;
    }

    private static EvaluationEvent evaluation(int arrival, double error) {
        return TestingEvents.evaluation("a", arrival, error).setChunks(ARRIVALS).build();
    }

    /** What is told of the session of an arrival; the untrained predictor has none. */
    private static List<SessionEvent> session(int arrival) {
        return arrival == 0
                ? List.of()
                : List.of(
                        TestingEvents.session("a", arrival, SessionPhase.OPENED, 0).build(),
                        TestingEvents.session("a", arrival, SessionPhase.EPOCH, 1).build(),
                        TestingEvents.session("a", arrival, SessionPhase.CLOSED, 1).build());
    }

    private void publish(int arrival) {
        job.beginTransaction();
        send(arrival, 1.0 / (1 + arrival));
        job.commitTransaction();
    }

    /** An attempt that fails and is done again, with another result. */
    private void abandon(int arrival) {
        job.beginTransaction();
        send(arrival, 0.99);
        job.flush();
        job.abortTransaction();
    }

    private void send(int arrival, double error) {
        session(arrival)
                .forEach(
                        event -> {
                            var unused =
                                    job.send(
                                            new ProducerRecord<>(
                                                    topics.sessions(),
                                                    KEY,
                                                    sessions.encode(event)));
                        });
        var unused =
                job.send(
                        new ProducerRecord<>(
                                topics.evaluations(),
                                KEY,
                                evaluations.encode(evaluation(arrival, error))));
    }
}
