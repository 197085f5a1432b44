package org.almaflow.pipeline;

import java.time.Duration;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether checkpoints and output transactions fit each other. A transaction begins with one
 * checkpoint and is committed when the next one is complete; a broker that aborts it earlier loses
 * what Flink believes published.
 */
final class TimeLimits {
    private static final Logger LOG = LoggerFactory.getLogger(TimeLimits.class);
    private static final String KAFKA_TIMEOUT = "transaction.timeout.ms";

    private TimeLimits() {}

    /**
     * Checks the options by themselves.
     *
     * @throws JobOptionsException naming the options, their values and what would be right
     */
    static void check(JobOptions options) {
        Duration transaction = transaction(options);
        Duration least = options.checkpointInterval().plus(options.checkpointTimeout());
        if (transaction.compareTo(least) < 0) {
            throw new JobOptionsException(
                    ("option --%s is %s; a transaction lasts from one checkpoint to the end of the"
                                    + " next, so it must be at least --%s and --%s together, %s")
                            .formatted(
                                    JobOption.TRANSACTION_TIMEOUT.key(),
                                    text(transaction),
                                    JobOption.CHECKPOINT_INTERVAL.key(),
                                    JobOption.CHECKPOINT_TIMEOUT.key(),
                                    text(least)));
        }
    }

    /**
     * Checks the options against the brokers.
     *
     * @param longest the brokers' transaction.max.timeout.ms; empty when they do not say
     * @throws JobOptionsException as above
     */
    static void check(JobOptions options, OptionalLong longest) {
        Duration transaction = transaction(options);
        if (longest.isEmpty()) {
            LOG.warn(
                    "The brokers at {} do not let us read transaction.max.timeout.ms; it must be"
                            + " {} ms or more for --{} {}",
                    options.bootstrapServers(),
                    transaction.toMillis(),
                    JobOption.TRANSACTION_TIMEOUT.key(),
                    text(transaction));
        } else if (transaction.toMillis() > longest.getAsLong()) {
            throw new JobOptionsException(
                    ("option --%s is %s but the brokers at %s allow %s; give --%s %d ms or less, or"
                                    + " raise the brokers' transaction.max.timeout.ms")
                            .formatted(
                                    JobOption.TRANSACTION_TIMEOUT.key(),
                                    text(transaction),
                                    options.bootstrapServers(),
                                    text(Duration.ofMillis(longest.getAsLong())),
                                    JobOption.TRANSACTION_TIMEOUT.key(),
                                    longest.getAsLong()));
        }
    }

    /** What the sinks' producers are given: a Kafka property of that name comes first. */
    private static Duration transaction(JobOptions options) {
        String given = options.kafka().get(KAFKA_TIMEOUT);
        if (given == null) {
            return options.transactionTimeout();
        }
        try {
            return Duration.ofMillis(Integer.parseInt(given.strip()));
        } catch (NumberFormatException e) {
            throw new JobOptionsException(
                    "option --kafka.%s is '%s'; it must be a number of milliseconds"
                            .formatted(KAFKA_TIMEOUT, given),
                    e);
        }
    }

    private static String text(Duration time) {
        return time.toMillis() % 1000 == 0 ? time.toSeconds() + " s" : time.toMillis() + " ms";
    }
}
