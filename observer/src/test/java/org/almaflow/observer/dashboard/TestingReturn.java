package org.almaflow.observer.dashboard;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;

/**
 * Takes over the port of a server that has gone: a page whose stream broke comes back, and says
 * which event it saw last.
 */
final class TestingReturn implements AutoCloseable {
    private final URI address;
    private final CompletableFuture<Cursor> seen = new CompletableFuture<>();
    private HttpServer server;

    TestingReturn(URI address) {
        this.address = address;
    }

    /** Waits for the page, after its server is closed. */
    Cursor seen() throws IOException {
        server = HttpServer.create(new InetSocketAddress(address.getHost(), address.getPort()), 0);
        server.createContext("/events", this::asked);
        server.start();
        Awaitility.await("the page comes back").atMost(Duration.ofMinutes(1)).until(seen::isDone);
        return seen.join();
    }

    private void asked(HttpExchange exchange) throws IOException {
        try (exchange) {
            String id = exchange.getRequestHeaders().getFirst("Last-Event-ID");
            String since = String.valueOf(exchange.getRequestURI().getQuery());
            exchange.sendResponseHeaders(204, -1);
            seen.complete(
                    Cursor.parse(id == null ? since.replace("since=", "") : id).orElseThrow());
        } catch (RuntimeException e) {
            seen.completeExceptionally(e);
        }
    }

    @Override
    public void close() {
        if (server != null) {
            server.stop(0);
        }
    }
}
