package org.almaflow.observer.dashboard;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.almaflow.observer.dashboard.FeedStatus.State;

/** A dashboard's server without Kafka: events are put on its board by hand. */
final class TestingServer implements AutoCloseable {
    private final Board board = new Board(Clock.systemUTC());
    private final WebServer server;

    TestingServer() {
        this(Optional.empty(), (question, timeout) -> new CompletableFuture<>());
    }

    TestingServer(Optional<String> token, PredictEndpoint.Asking asking) {
        PredictEndpoint predict =
                new PredictEndpoint(
                        board,
                        (file, spec, name) -> {
                            throw new IllegalArgumentException(
                                    name + " has " + new String(file, StandardCharsets.UTF_8));
                        },
                        asking,
                        Duration.ofSeconds(1));
        Access access = new Access("127.0.0.1", token);
        server = WebServer.start("127.0.0.1", 0, access, board, predict);
    }

    Board board() {
        return board;
    }

    void live() {
        board.status(State.LIVE, "connected to testing:9092");
    }

    /** Newest event that a page can have seen. */
    Cursor newest() {
        return board.since(Cursor.NONE, Optional.empty()).orElseThrow().cursor();
    }

    URI address() {
        return server.address();
    }

    @Override
    public void close() {
        server.close();
    }
}
