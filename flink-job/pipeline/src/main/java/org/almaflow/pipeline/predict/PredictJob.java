package org.almaflow.pipeline.predict;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.almaflow.pipeline.JobConfiguration;
import org.almaflow.pipeline.RecordType;
import org.almaflow.pipeline.flow.RawSlice;
import org.almaflow.pipeline.source.RawSliceSchema;
import org.almaflow.schemas.TopicAdmin;
import org.apache.flink.api.common.RuntimeExecutionMode;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ExecutionOptions;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.kafka.clients.consumer.OffsetResetStrategy;

/**
 * The predictor: requests, beside them every snapshot for every subtask, then Predict, which writes
 * the responses itself. See docs/decisions/0018-predictions.md.
 */
public final class PredictJob {
    private static final Duration BROKER_TIMEOUT = Duration.ofSeconds(10);

    /** How long a request may wait in a network buffer that is not full. */
    private static final Duration BUFFER = Duration.ofMillis(1);

    private PredictJob() {}

    /** Entry on a Flink cluster; see docs/options.md for the options. */
    public static void main(String[] args) throws Exception {
        PredictOptions options = PredictOptions.parse(args);
        check(options);
        StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
        define(env, options);
        env.execute(name(options));
    }

    /** Name of the job for people. */
    public static String name(PredictOptions options) {
        return "almaflow predict (%s)".formatted(options.group());
    }

    /**
     * Checks that the broker is there and has the topics.
     *
     * @throws org.almaflow.schemas.TopicException with one line that says what is missing
     */
    public static void check(PredictOptions options) {
        Map<String, Object> properties = new HashMap<>();
        options.kafkaProperties().forEach((key, value) -> properties.put((String) key, value));
        new TopicAdmin(properties).check(options.topics(), BROKER_TIMEOUT);
    }

    /** Task slots that the job needs. */
    public static int slots(PredictOptions options) {
        return options.count(PredictOption.PARALLELISM);
    }

    /** Builds the topology on {@code env} and configures it; without input or output. */
    public static void define(StreamExecutionEnvironment env, PredictOptions options) {
        env.configure(configuration(options));
        env.setParallelism(options.count(PredictOption.PARALLELISM));
        @SuppressWarnings("deprecation") // the connector asks for it
        OffsetsInitializer after =
                OffsetsInitializer.committedOffsets(OffsetResetStrategy.EARLIEST);
        DataStream<RawSlice> requests =
                source(env, options, "requests", options.topics().predictRequests(), after);
        DataStream<RawSlice> snapshots =
                source(
                        env,
                        options,
                        "snapshots",
                        options.topics().snapshots(),
                        OffsetsInitializer.earliest());
        requests.connect(snapshots.broadcast())
                .transform(
                        "Predict",
                        RecordType.of(RawSlice.class),
                        new PredictOperatorFactory(options))
                .uid("predict");
    }

    private static DataStream<RawSlice> source(
            StreamExecutionEnvironment env,
            PredictOptions options,
            String id,
            String topic,
            OffsetsInitializer start) {
        RawSliceSchema schema = new RawSliceSchema();
        KafkaSource<RawSlice> kafka =
                KafkaSource.<RawSlice>builder()
                        .setProperties(options.kafkaProperties())
                        .setProperty("isolation.level", "read_committed")
                        .setTopics(topic)
                        .setGroupId(options.group())
                        .setStartingOffsets(start)
                        .setDeserializer(schema)
                        .build();
        return env.fromSource(kafka, WatermarkStrategy.noWatermarks(), id, schema.getProducedType())
                .uid(id);
    }

    /** No checkpoints: all that has to be kept is in Kafka. */
    private static Configuration configuration(PredictOptions options) {
        Configuration flink = new Configuration();
        flink.set(ExecutionOptions.RUNTIME_MODE, RuntimeExecutionMode.STREAMING);
        flink.set(ExecutionOptions.BUFFER_TIMEOUT, BUFFER);
        flink.set(PipelineOptions.GENERIC_TYPES, false);
        flink.set(PipelineOptions.OBJECT_REUSE, true);
        JobConfiguration.restarts(
                flink,
                options.count(PredictOption.RESTART_ATTEMPTS),
                options.duration(PredictOption.RESTART_DELAY));
        return flink;
    }
}
