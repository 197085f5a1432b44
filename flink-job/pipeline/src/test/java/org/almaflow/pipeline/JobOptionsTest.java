package org.almaflow.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.almaflow.pipeline.predict.PredictOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JobOptionsTest {
    private final JobOptions options =
            JobOptions.of("name: x # é\n", "localhost:9092", URI.create("file:///data"), "run-1");

    @Test
    void hasTheDeclaredDefaults() {
        assertThat(options.topicPrefix()).isEqualTo("alma");
        assertThat(options.bounded()).isTrue();
        assertThat(options.checkpointInterval()).isEqualTo(Duration.ofSeconds(1));
        assertThat(options.assemblyTimeout()).isEqualTo(Duration.ofMinutes(5));
        assertThat(options.engineThreads()).isEqualTo(JobOptions.CHOOSE);
        assertThat(options.learnerSlots()).isEqualTo(JobOptions.CHOOSE);
        assertThat(options.restartAttempts()).isEqualTo(5);
        assertThat(options.restartDelay()).isEqualTo(Duration.ofSeconds(1));
        assertThat(options.transactionTimeout()).isEqualTo(Duration.ofMinutes(10));
    }

    @Test
    void aTextOfThemHasNoPasswords() {
        Map<String, String> secret = Map.of("sasl.jaas.config", "password=geheim");
        assertThat(options.withKafka(secret)).hasToString("options of run run-1 on localhost:9092");
        PredictOptions predictor =
                PredictOptions.parse(
                        "--bootstrap-servers", "here:1", "--kafka.sasl.jaas.config", "geheim");
        assertThat(predictor.kafka()).isNotEmpty();
        assertThat(predictor.toString()).contains("here:1").doesNotContain("geheim");
    }

    @Test
    void argumentsReadBackAsEqualOptions() {
        JobOptions changed =
                options.with(JobOption.BOUNDED, "false")
                        .with(JobOption.CHECKPOINT_INTERVAL, "250 ms")
                        .with(JobOption.ENGINE_THREADS, "4")
                        .with(JobOption.LEARNER_SLOTS, "each")
                        .withKafka(Map.of("security.protocol", "SSL", "a", "b"));

        assertThat(JobOptions.parse(changed.toArgs())).isEqualTo(changed);
        assertThat(changed.experiment()).isEqualTo("name: x # é\n");
    }

    @Test
    void theExperimentMayBeAFile(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("with space.yaml"), "name: x");
        JobOptions read = options.with(JobOption.EXPERIMENT, file.toUri().toString());
        assertThat(read.experiment()).isEqualTo("name: x");
        String none = folder.resolve("none.yaml").toUri().toString();
        assertThatThrownBy(() -> options.with(JobOption.EXPERIMENT, none))
                .isInstanceOf(JobOptionsException.class)
                .hasMessage(
                        "option --experiment is '%s'; it must be a file that the JobManager can read"
                                .formatted(none));
    }

    @Test
    void kafkaPropertiesReachTheClients() {
        assertThat(options.withKafka(Map.of("security.protocol", "SSL")).kafkaProperties())
                .containsEntry("security.protocol", "SSL")
                .containsEntry("bootstrap.servers", "localhost:9092");
    }

    @ParameterizedTest
    @CsvSource({
        "BOUNDED, yes, option --bounded is 'yes'; it must be true or false",
        "ENGINE_THREADS, 0, option --engine-threads is '0'; it must be a whole number from 1",
        "ENGINE_THREADS, two, option --engine-threads is 'two'; it must be a whole number from 1",
        "LEARNER_SLOTS, all, 'option --learner-slots is ''all''; it must be a whole number from 1,"
                + " or auto or each'",
        "CONCURRENT_SESSIONS, 0, 'option --concurrent-sessions is ''0''; it must be a whole number"
                + " from 1, or ''cores'''",
        "RESTART_ATTEMPTS, -1, option --restart-attempts is '-1'; it must be a whole number from 1",
        "CHECKPOINT_INTERVAL, soon, option --checkpoint-interval is 'soon'; it must be a duration",
        "CHECKPOINT_INTERVAL, 0 s, option --checkpoint-interval is '0 s'; it must be a duration",
        "CHECKPOINT_INTERVAL, 9 ms, option --checkpoint-interval is '9 ms'; it must be a duration",
        "STORAGE, /data, option --storage is '/data'; it must be a URI with a scheme",
        "STORAGE, 'a b:', option --storage is 'a b:'; it must be a URI",
        "RUN, a/b, 'option --run is ''a/b''; it must be up to 100 letters'",
        "RUN, .., 'option --run is ''..''; it must be'",
        "TOPIC_PREFIX, a b, option --topic-prefix is 'a b'; it must be up to 100 letters",
        "EXPERIMENT, %%%, option --experiment is '%%%'; it must be base64 text",
        "BOOTSTRAP_SERVERS, '', option --bootstrap-servers is missing; give it: Kafka brokers",
    })
    void aWrongValueIsAnsweredWithTheRemedy(JobOption option, String value, String message) {
        assertThatThrownBy(() -> options.with(option, value))
                .isInstanceOf(JobOptionsException.class)
                .message()
                .startsWith(message)
                .doesNotContain("\n");
    }

    @Test
    void anUnknownOptionIsAnsweredWithThoseThereAre() {
        assertThatThrownBy(() -> JobOptions.parse("--storrage", "file:///x"))
                .isInstanceOf(JobOptionsException.class)
                .hasMessageStartingWith("option --storrage is not known; there are --experiment, ")
                .hasMessageContaining("--kafka.NAME");
    }

    @Test
    void aMissingValueIsNamed() {
        assertThatThrownBy(() -> JobOptions.parse("--run"))
                .hasMessage("option --run has no value; write it as --run VALUE");
    }

    @Test
    void aWordThatIsNoOptionIsNamed() {
        assertThatThrownBy(() -> JobOptions.parse("run", "x"))
                .hasMessage("'run' is not an option; options are written as --key value");
    }

    @Test
    void anOptionGivenTwiceIsRefused() {
        assertThatThrownBy(() -> JobOptions.parse("--run", "a", "--run", "b"))
                .hasMessage("option --run is given twice ('a' and 'b'); give it once");
    }

    @Test
    void aMissingOptionIsNamed() {
        assertThatThrownBy(() -> JobOptions.parse("--run", "a"))
                .hasMessageStartingWith("option --experiment is missing; give it: ");
    }
}
