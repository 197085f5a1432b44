package org.almaflow.producer.dataset;

import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;

/**
 * A web server on loopback that serves files, with ranges, and cuts the connection after so many
 * bytes of an answer as long as it is told to.
 */
final class TestingWeb implements AutoCloseable {
    private final Map<String, byte[]> files = new ConcurrentHashMap<>();
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final AtomicInteger cuts = new AtomicInteger();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final HttpServer server;
    private volatile int cutAfter;
    private volatile LongSupplier stored;
    private volatile boolean ranges = true;
    private volatile boolean silent;

    TestingWeb() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.setExecutor(threads);
        server.start();
    }

    TestingWeb serve(String name, byte[] content) {
        files.put("/" + name, content);
        return this;
    }

    /**
     * Cuts the next {@code times} answers after {@code bytes} bytes.
     *
     * @param taken how much of the file the client has stored: a connection is cut only when the
     *     client has what was sent
     */
    TestingWeb cutting(int times, int bytes, LongSupplier taken) {
        cutAfter = bytes;
        stored = taken;
        cuts.set(times);
        return this;
    }

    TestingWeb withoutRanges() {
        ranges = false;
        return this;
    }

    /** Accepts, sends half of the answer and then nothing more, without closing. */
    TestingWeb silent() {
        silent = true;
        return this;
    }

    URI address(String name) {
        return URI.create(
                "http://%s:%d/%s"
                        .formatted(
                                server.getAddress().getAddress().getHostAddress(),
                                server.getAddress().getPort(),
                                name));
    }

    /** Path and Range header of each request. */
    List<String> requests() {
        return requests;
    }

    private void answer(HttpExchange exchange) throws IOException {
        String range = exchange.getRequestHeaders().getFirst("Range");
        String path = exchange.getRequestURI().getPath();
        requests.add(range == null ? path : path + " " + range);
        byte[] file = files.get(path);
        if (file == null) {
            exchange.sendResponseHeaders(404, -1);
            exchange.close();
            return;
        }
        int from = range == null || !ranges ? 0 : Integer.parseInt(range.replaceAll("\\D", ""));
        if (from >= file.length) {
            exchange.sendResponseHeaders(416, -1);
            exchange.close();
            return;
        }
        if (from > 0) {
            exchange.getResponseHeaders()
                    .set(
                            "Content-Range",
                            "bytes %d-%d/%d".formatted(from, file.length - 1, file.length));
        }
        exchange.sendResponseHeaders(from > 0 ? 206 : 200, file.length - from);
        send(exchange, file, from);
    }

    private void send(HttpExchange exchange, byte[] file, int from) throws IOException {
        OutputStream body = exchange.getResponseBody();
        if (silent) {
            body.write(file, from, (file.length - from) / 2);
            body.flush();
            return;
        }
        if (cuts.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
            int length = Math.min(cutAfter, file.length - from);
            body.write(file, from, length);
            body.flush();
            await().until(() -> stored.getAsLong() >= from + length);
        } else {
            body.write(file, from, file.length - from);
        }
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
