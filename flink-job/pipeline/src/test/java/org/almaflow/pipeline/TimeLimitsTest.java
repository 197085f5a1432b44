package org.almaflow.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalLong;
import org.almaflow.schemas.BrokerLimits;
import org.almaflow.schemas.TopicException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TimeLimitsTest {
    private final JobOptions options =
            JobOptions.of("x", "broker:1", URI.create("file:///data"), "run-1");

    private static void check(JobOptions options, long brokers) {
        TimeLimits.check(options);
        TimeLimits.check(options, OptionalLong.of(brokers));
    }

    @Test
    void theDefaultsFitEachOtherAndABrokersDefault() {
        check(options, Duration.ofMinutes(15).toMillis());
        assertThat(options.transactionTimeout()).isGreaterThan(options.checkpointTimeout());
    }

    @Test
    void aTransactionOutlastsIntervalAndTimeoutOfACheckpoint() {
        JobOptions most = options.with(JobOption.TRANSACTION_TIMEOUT, "5 min");
        check(most.with(JobOption.CHECKPOINT_INTERVAL, "60 s"), Long.MAX_VALUE);

        JobOptions over = most.with(JobOption.CHECKPOINT_INTERVAL, "61 s");
        assertThatThrownBy(() -> TimeLimits.check(over))
                .isInstanceOf(JobOptionsException.class)
                .hasMessageContaining("--transaction-timeout is 300 s")
                .hasMessageContaining("--checkpoint-interval and --checkpoint-timeout")
                .hasMessageContaining("301 s");
    }

    @Test
    void aKafkaPropertyIsWhatCounts() {
        JobOptions short1 = options.withKafka(Map.of("transaction.timeout.ms", "60000"));
        assertThatThrownBy(() -> TimeLimits.check(short1)).hasMessageContaining("is 60 s");

        JobOptions text = options.withKafka(Map.of("transaction.timeout.ms", "long"));
        assertThatThrownBy(() -> TimeLimits.check(text))
                .hasMessageContaining("--kafka.transaction.timeout.ms is 'long'");
    }

    @Test
    void theBrokersLimitIsTheLimit() {
        check(options, options.transactionTimeout().toMillis());

        assertThatThrownBy(() -> check(options, options.transactionTimeout().toMillis() - 1))
                .isInstanceOf(JobOptionsException.class)
                .hasMessageContaining("--transaction-timeout is 600 s")
                .hasMessageContaining("broker:1 allow 599999 ms")
                .hasMessageContaining("transaction.max.timeout.ms");
    }

    @Test
    void aRealBrokerIsAskedAtSubmit(@TempDir Path folder) {
        try (TestingBroker broker = new TestingBroker(folder)) {
            JobOptions wrong =
                    TestingExperiments.options(
                                    TestingExperiments.two("testing"),
                                    broker,
                                    broker.newTopics(),
                                    folder)
                            .with(JobOption.TRANSACTION_TIMEOUT, "16 min");

            assertThatThrownBy(() -> AlmaflowJob.main(wrong.toArgs()))
                    .isInstanceOf(JobOptionsException.class)
                    .hasMessageContaining("is 960 s")
                    .hasMessageContaining(broker.bootstrapServers() + " allow 900 s");
        }
    }

    @Test
    void aBrokerThatIsNotThereIsNamed() {
        BrokerLimits limits = new BrokerLimits(Map.of("bootstrap.servers", "127.0.0.1:1"));
        assertThatThrownBy(() -> limits.longestTransaction(Duration.ofMillis(300)))
                .isInstanceOf(TopicException.class)
                .hasMessageContaining("127.0.0.1:1");
    }
}
