package org.almaflow.pipeline.predict;

import org.almaflow.pipeline.Option;

/** Every option of the predictor's job; beside them {@code --kafka.NAME VALUE}, as the other's. */
public enum PredictOption implements Option {
    BOOTSTRAP_SERVERS("bootstrap-servers", "Kafka brokers to begin with, as HOST:PORT,...", null),
    TOPIC_PREFIX("topic-prefix", "What the names of the topics begin with.", "alma"),
    ID(
            "id",
            "Id of the predictor: letters, digits, '.', '_' and '-'. The same id goes on where it"
                    + " stopped; two of one id at once keep ending each other. Another id answers"
                    + " every request once more.",
            "predictor"),
    LEARNERS(
            "learners",
            "Ids of learners that may be asked before they have published a model, with commas"
                    + " between them; '-' for none.",
            "-"),
    ENGINE("engine", "Which engine of the class path computes.", "dl4j"),
    ENGINE_THREADS(
            "engine-threads",
            "Computing threads of each subtask's engine. Where learners train in the same"
                    + " TaskManager, theirs and their native-memory hold in the place of it.",
            "1"),
    PARALLELISM(
            "parallelism",
            "Subtasks that share the partitions of the requests; one task slot each.",
            "1"),
    BATCH("batch", "Requests that are answered together, at most.", "1024"),
    LINGER("linger", "How long a request waits for others to be answered with it.", "2 ms"),
    MAX_MODEL_AGE(
            "max-model-age",
            "An older model does not answer a request that names no limit itself; 0 ms: any age.",
            "0 ms"),
    RESIDENT_MODELS(
            "resident-models",
            "Models that each subtask keeps loaded; those not used for longest make place.",
            "16"),
    RESTART_ATTEMPTS(
            "restart-attempts", "Failures within an hour after which the job gives up.", "20"),
    RESTART_DELAY(
            "restart-delay", "Pause before the first restart; it doubles up to 10 s.", "100 ms"),
    TRANSACTION_TIMEOUT(
            "transaction-timeout",
            "Time after which Kafka aborts a batch that a lost subtask has left half answered; at"
                    + " most the brokers' transaction.max.timeout.ms.",
            "10 s");

    private final String key;
    private final String description;
    private final String defaultValue;

    PredictOption(String key, String description, String defaultValue) {
        this.key = key;
        this.description = description;
        this.defaultValue = defaultValue;
    }

    @Override
    public String key() {
        return key;
    }

    @Override
    public String description() {
        return description;
    }

    @Override
    public String defaultValue() {
        return defaultValue;
    }
}
