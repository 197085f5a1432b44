package org.almaflow.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import org.almaflow.schemas.TopicAdmin;
import org.almaflow.schemas.Topics;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupAuthorizationException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.TransactionalIdAuthorizationException;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.LoggerConfig;
import org.apache.logging.log4j.core.config.Property;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the users of k8s/base may do over TLS and SCRAM, and what they may not. */
class SecurityTest {
    private static final Topics TOPICS = Topics.standard();
    private static final List<String> LOGGED =
            List.of("org.apache.kafka.clients", "org.apache.kafka.common");
    private static final Duration LONG = Duration.ofSeconds(60);

    @TempDir static Path folder;
    private static TestingSecureBroker broker;
    private static TestingLog log;

    /** Every line that Kafka's clients log, at any level. */
    private static final class TestingLog extends AbstractAppender {
        private final Queue<String> lines = new ConcurrentLinkedQueue<>();

        TestingLog() {
            super("testing", null, null, true, Property.EMPTY_ARRAY);
        }

        @Override
        public void append(LogEvent event) {
            lines.add(event.getMessage().getFormattedMessage() + " " + event.getThrown());
        }
    }

    @BeforeAll
    static void start() throws Exception {
        log = new TestingLog();
        log.start();
        LoggerContext context = (LoggerContext) LogManager.getContext(false);
        for (String clients : LOGGED) {
            LoggerConfig all = new LoggerConfig(clients, Level.ALL, false);
            all.addAppender(log, Level.ALL, null);
            context.getConfiguration().addLogger(clients, all);
        }
        context.updateLoggers();
        broker = new TestingSecureBroker(Path.of("../../k8s/base"), folder);
    }

    @AfterAll
    static void stop() {
        broker.close();
        LoggerContext context = (LoggerContext) LogManager.getContext(false);
        LOGGED.forEach(context.getConfiguration()::removeLogger);
        context.updateLoggers();
    }

    private static KafkaProducer<String, String> producer(Map<String, Object> client) {
        Map<String, Object> settings = new HashMap<>(client);
        settings.put("max.block.ms", (int) LONG.toMillis());
        return new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer());
    }

    private static void write(String user, String topic) throws Exception {
        write(broker.client(user), user, topic);
    }

    private static void write(Map<String, Object> client, String user, String topic)
            throws Exception {
        try (KafkaProducer<String, String> producer = producer(client)) {
            var unused = producer.send(new ProducerRecord<>(topic, "key", user)).get();
        }
    }

    private static void read(String user, String topic) throws Exception {
        TopicPartition first = new TopicPartition(topic, 0);
        try (KafkaConsumer<String, String> consumer = consumer(user)) {
            consumer.assign(List.of(first));
            consumer.seekToBeginning(List.of(first));
            long end = consumer.endOffsets(List.of(first), LONG).get(first);
            while (consumer.position(first, LONG) < end) {
                var unused = consumer.poll(LONG);
            }
            if (end == 0) {
                var unused = consumer.poll(Duration.ofSeconds(1));
            }
        }
    }

    private static KafkaConsumer<String, String> consumer(String user) throws Exception {
        Map<String, Object> settings = new HashMap<>(broker.client(user));
        settings.put("group.id", "almaflow-mnist-1");
        settings.put("enable.auto.commit", false);
        settings.put("auto.offset.reset", "earliest");
        return new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer());
    }

    private static void refused(String user, String topic) {
        assertThatThrownBy(() -> write(user, topic))
                .as(user + " writes " + topic)
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(TopicAuthorizationException.class);
    }

    @Test
    void theProducerWritesChunksAndNothingElse() throws Exception {
        write("almaflow-producer", TOPICS.chunks());
        read("almaflow-producer", TOPICS.chunks());
        refused("almaflow-producer", TOPICS.snapshots());
        refused("almaflow-producer", TOPICS.evaluations());
        assertThatThrownBy(() -> read("almaflow-producer", TOPICS.snapshots()))
                .isInstanceOf(TopicAuthorizationException.class);
    }

    @Test
    void theJobReadsChunksAndWritesWhatItLearnsInItsOwnTransactions() throws Exception {
        new TopicAdmin(broker.client("almaflow-job")).check(TOPICS, LONG);
        read("almaflow-job", TOPICS.chunks());
        transact("mnist-1-" + TOPICS.snapshots() + "-0-1");
        assertThatThrownBy(() -> transact("other-1-alma.snapshots-0-1"))
                .isInstanceOf(TransactionalIdAuthorizationException.class);
        refused("almaflow-job", TOPICS.chunks());
        try (KafkaConsumer<String, String> consumer = consumer("almaflow-job")) {
            consumer.subscribe(List.of(TOPICS.chunks()));
            var unused = consumer.poll(Duration.ofSeconds(1));
        }
    }

    private static void transact(String id) throws Exception {
        Map<String, Object> client = new HashMap<>(broker.client("almaflow-job"));
        client.put("transactional.id", id);
        try (KafkaProducer<String, String> producer = producer(client)) {
            producer.initTransactions();
            producer.beginTransaction();
            var unused = producer.send(new ProducerRecord<>(TOPICS.snapshots(), "l", "v"));
            producer.commitTransaction();
        }
    }

    @Test
    void theObserverReadsEventsAndWritesNothingButQuestions() throws Exception {
        for (String topic :
                List.of(
                        TOPICS.evaluations(),
                        TOPICS.sessions(),
                        TOPICS.snapshots(),
                        TOPICS.decisions(),
                        TOPICS.deadLetters())) {
            read("almaflow-observer", topic);
            refused("almaflow-observer", topic);
        }
        write("almaflow-observer", TOPICS.predictRequests());
        assertThatThrownBy(() -> read("almaflow-observer", TOPICS.chunks()))
                .isInstanceOf(TopicAuthorizationException.class);
        try (KafkaConsumer<String, String> consumer = consumer("almaflow-observer")) {
            consumer.subscribe(List.of(TOPICS.evaluations()));
            assertThatThrownBy(() -> consumer.poll(LONG))
                    .isInstanceOf(GroupAuthorizationException.class);
        }
    }

    @Test
    void thePredictorAnswersAndDoesNotTeach() throws Exception {
        read("almaflow-predictor", TOPICS.snapshots());
        read("almaflow-predictor", TOPICS.predictRequests());
        write("almaflow-predictor", TOPICS.predictResponses());
        refused("almaflow-predictor", TOPICS.snapshots());
    }

    /** The same rights, whichever way a client says who it is. */
    @Test
    void aTokenOfOAuthStandsForItsUser() throws Exception {
        Map<String, Object> client = broker.clientWithToken("almaflow-producer");
        write(client, "token", TOPICS.chunks());
        assertThatThrownBy(() -> write(client, "token", TOPICS.snapshots()))
                .hasCauseInstanceOf(TopicAuthorizationException.class);
        Map<String, Object> nobody = broker.clientWithToken("nobody");
        assertThatThrownBy(() -> write(nobody, "token", TOPICS.chunks()))
                .hasCauseInstanceOf(TopicAuthorizationException.class);
    }

    @Test
    void aWrongPasswordIsRefused() throws Exception {
        Map<String, Object> wrong = broker.client("almaflow-observer", "guess");
        try (KafkaProducer<String, String> producer = producer(wrong)) {
            assertThatThrownBy(
                            () ->
                                    producer.send(new ProducerRecord<>(TOPICS.chunks(), "x", "y"))
                                            .get())
                    .hasCauseInstanceOf(SaslAuthenticationException.class);
        }
    }

    /** The clients' settings are in the log, so the check could fail. */
    @Test
    void noPasswordIsLogged() throws Exception {
        write("almaflow-producer", TOPICS.chunks());
        assertThat(log.lines).anyMatch(line -> line.contains("sasl.jaas.config = [hidden]"));
        for (String user : List.of("producer", "job", "observer", "predictor")) {
            String secret = TestingSecureBroker.password("almaflow-" + user);
            assertThat(log.lines).noneMatch(line -> line.contains(secret));
        }
    }
}
