package org.almaflow.pipeline.predict;

import java.io.Serializable;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Stream;
import org.almaflow.pipeline.OptionText;
import org.almaflow.schemas.Topics;

/**
 * How the predictor's job runs; {@link PredictOption} says what each option means. Validated when
 * made.
 *
 * @param values as texts; defaults for all that is not there
 * @param kafka further properties of every Kafka client
 */
public record PredictOptions(Map<PredictOption, String> values, Map<String, String> kafka)
        implements Serializable {
    /** What stands for no learners. */
    private static final String NONE = "-";

    /**
     * @throws org.almaflow.pipeline.JobOptionsException naming the option, the value and what would
     *     be right
     */
    public PredictOptions {
        values = Map.copyOf(values);
        kafka = Map.copyOf(kafka);
        OptionText text = new OptionText(values);
        text.required(PredictOption.BOOTSTRAP_SERVERS);
        text.required(PredictOption.ENGINE);
        text.required(PredictOption.LEARNERS);
        Stream.of(PredictOption.TOPIC_PREFIX, PredictOption.ID).forEach(text::id);
        Stream.of(
                        PredictOption.ENGINE_THREADS,
                        PredictOption.PARALLELISM,
                        PredictOption.BATCH,
                        PredictOption.RESIDENT_MODELS,
                        PredictOption.RESTART_ATTEMPTS)
                .forEach(text::count);
        Stream.of(PredictOption.LINGER, PredictOption.MAX_MODEL_AGE)
                .forEach(option -> text.duration(option, Duration.ZERO));
        Stream.of(PredictOption.RESTART_DELAY, PredictOption.TRANSACTION_TIMEOUT)
                .forEach(text::duration);
    }

    /** Defaults for all but the broker. */
    public static PredictOptions of(String bootstrapServers) {
        return new PredictOptions(
                Map.of(PredictOption.BOOTSTRAP_SERVERS, bootstrapServers), Map.of());
    }

    /** Reads {@code --key value} pairs. */
    public static PredictOptions parse(String... args) {
        OptionText.Given<PredictOption> given = OptionText.read(PredictOption.values(), args);
        return new PredictOptions(given.values(), given.kafka());
    }

    /** What {@link #parse} reads back as equal options. */
    public String[] toArgs() {
        return OptionText.write(new EnumMap<>(values), kafka);
    }

    /** These options with one changed; the value as on the command line. */
    public PredictOptions with(PredictOption option, String value) {
        Map<PredictOption, String> changed = new EnumMap<>(values);
        changed.put(option, value);
        return new PredictOptions(changed, kafka);
    }

    /** These options with further Kafka client properties. */
    public PredictOptions withKafka(Map<String, String> properties) {
        return new PredictOptions(values, properties);
    }

    /** Names of the topics. */
    public Topics topics() {
        return new Topics(text().required(PredictOption.TOPIC_PREFIX));
    }

    /** Properties of every Kafka client, the brokers among them. */
    public Properties kafkaProperties() {
        Properties properties = new Properties();
        properties.putAll(kafka);
        properties.put("bootstrap.servers", text().required(PredictOption.BOOTSTRAP_SERVERS));
        return properties;
    }

    /** Consumer group under which offsets are committed, and beginning of transactional ids. */
    public String group() {
        return "almaflow-" + topics().prefix() + "-" + text().required(PredictOption.ID);
    }

    /** Learners that may be asked before they have published a model. */
    public List<String> learners() {
        String learners = text().required(PredictOption.LEARNERS);
        return learners.equals(NONE) ? List.of() : List.of(learners.split(","));
    }

    /** A whole number. */
    public int count(PredictOption option) {
        return text().count(option);
    }

    /** A duration. */
    public Duration duration(PredictOption option) {
        return text().duration(option, Duration.ZERO);
    }

    /** Name of the engine. */
    public String engine() {
        return text().required(PredictOption.ENGINE);
    }

    private OptionText text() {
        return new OptionText(values);
    }

    /** Without the Kafka clients' properties, which may hold passwords. */
    @Override
    public String toString() {
        return values.toString();
    }
}
