package org.almaflow.observer.dashboard;

import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * A web page that shows what the metric topics say, while they say it. Its owner closes it, which
 * ends its threads; Kafka may come and go meanwhile.
 */
public final class Dashboard implements AutoCloseable {
    private static final Duration PAUSE = Duration.ofSeconds(2);
    private static final Duration ANSWER = Duration.ofSeconds(10);

    private final Access access;
    private final WebServer server;
    private final Feed feed;
    private final KafkaAsking asking;

    private Dashboard(Access access, WebServer server, Feed feed, KafkaAsking asking) {
        this.access = access;
        this.server = server;
        this.feed = feed;
        this.asking = asking;
    }

    /**
     * Returns when the page can be opened, whether the broker is there or not.
     *
     * @param news is told in one line when the broker is found, goes or comes back
     * @throws DashboardException when it cannot listen there, or may not without a token
     */
    public static Dashboard start(DashboardSettings settings, Consumer<String> news) {
        Access access = new Access(settings.host(), settings.token());
        Board board = new Board(Clock.systemUTC());
        KafkaAsking asking = new KafkaAsking(settings.kafka(), settings.topics());
        PredictEndpoint predict = new PredictEndpoint(board, settings.images(), asking, ANSWER);
        WebServer server =
                WebServer.start(settings.host(), settings.port(), access, board, predict);
        Feed feed =
                new Feed(
                        settings.broker(),
                        () -> new KafkaEvents(settings.kafka(), settings.topics()),
                        board,
                        news,
                        PAUSE,
                        System::nanoTime);
        feed.start();
        return new Dashboard(access, server, feed, asking);
    }

    /** Where the page is. */
    public URI address() {
        return server.address();
    }

    /** Where the page shows that run. */
    public URI page(String run) {
        return URI.create(address() + "?run=" + URLEncoder.encode(run, StandardCharsets.UTF_8));
    }

    /** Whether only this machine can open it. */
    public boolean loopback() {
        return access.loopback();
    }

    @Override
    public void close() {
        server.close();
        feed.close();
        asking.close();
    }
}
