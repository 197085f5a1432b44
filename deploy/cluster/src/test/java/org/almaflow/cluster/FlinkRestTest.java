package org.almaflow.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FlinkRestTest {
    private static final String ELECTION =
            "{\"errors\": [\"Service temporarily unavailable due to an ongoing leader"
                    + " election.\"]}";

    private final AtomicInteger asked = new AtomicInteger();
    private HttpServer server;
    private FlinkRest flink;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext(
                "/overview",
                exchange -> {
                    boolean elected = asked.incrementAndGet() > 2;
                    answer(
                            exchange,
                            elected ? 200 : 503,
                            elected ? "{\"slots-total\": 4}" : ELECTION);
                });
        server.createContext("/jobs", exchange -> answer(exchange, 404, "{\"errors\": [\"no\"]}"));
        server.start();
        flink = new FlinkRest(URI.create("http://127.0.0.1:" + server.getAddress().getPort()));
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private static void answer(HttpExchange exchange, int status, String text) throws IOException {
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    @Test
    void waitsUntilThereIsALeader() {
        assertThat(flink.slots()).isEqualTo(4);
        assertThat(asked).hasValue(3);
    }

    @Test
    void otherRefusalsAreSaidAtOnce() {
        assertThatThrownBy(() -> flink.get("/jobs"))
                .isInstanceOf(ClusterException.class)
                .hasMessageContaining("does not answer /jobs: no");
    }
}
