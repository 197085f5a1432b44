package org.almaflow.schemas;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What needs no broker; the rest is tested beside the embedded broker. */
class TopicAdminTest {

    @Test
    void saysThatNoBrokerAnswers() throws Exception {
        try (ServerSocket mute = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String server = "127.0.0.1:" + mute.getLocalPort();
            TopicAdmin admin = new TopicAdmin(Map.of("bootstrap.servers", server));

            assertThatExceptionOfType(TopicException.class)
                    .isThrownBy(() -> admin.check(Topics.standard(), Duration.ofMillis(700)))
                    .withMessage(
                            "no Kafka broker answers at "
                                    + server
                                    + " within 0.7 s; start it, or name another with --kafka"
                                    + " HOST:PORT");
        }
    }

    @Test
    void namesAnAddressThatIsNone() {
        TopicAdmin admin = new TopicAdmin(Map.of("bootstrap.servers", "nonsense"));

        assertThatExceptionOfType(TopicException.class)
                .isThrownBy(() -> admin.check(Topics.standard(), Duration.ofSeconds(1)))
                .withMessage(
                        "cannot use the Kafka broker at nonsense (Invalid url in bootstrap.servers:"
                                + " nonsense); name brokers as HOST:PORT,HOST:PORT");
    }
}
