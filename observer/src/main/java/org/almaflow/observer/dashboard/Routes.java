package org.almaflow.observer.dashboard;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.Fields;
import org.eclipse.jetty.util.UrlEncoded;

/** Says what is found under which path. */
final class Routes extends Handler.Abstract {
    private static final Set<String> OPEN =
            Set.of("/health", "/login", "/dashboard.css", "/favicon.svg", "/favicon.ico");
    private static final int LOGIN_BYTES = 4096;

    private final Map<String, Asset> assets;
    private final Board board;
    private final EventStream events;
    private final Access access;
    private final PredictEndpoint predict;

    Routes(
            Map<String, Asset> assets,
            Board board,
            EventStream events,
            Access access,
            PredictEndpoint predict) {
        this.assets = assets;
        this.board = board;
        this.events = events;
        this.access = access;
        this.predict = predict;
    }

    /** Whether anybody may ask for it. */
    static boolean isOpen(String path) {
        return OPEN.contains(path);
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        String path = Request.getPathInContext(request);
        switch (request.getMethod()) {
            case "GET", "HEAD" -> get(path, request, response, callback);
            case "POST" -> post(path, request, response, callback);
            default ->
                    Reply.error(405, "GET and POST are what there is")
                            .with("Allow", "GET, HEAD, POST")
                            .send(response, callback);
        }
        return true;
    }

    private void get(String path, Request request, Response response, Callback callback) {
        switch (path) {
            case "/events" -> events(request, response, callback);
            case "/api/snapshots" -> snapshots(request).send(response, callback);
            case "/health" ->
                    new Reply(200, "text/plain", bytes("ok\n"), Map.of()).send(response, callback);
            case "/predict" ->
                    Reply.error(405, "ask with POST and a JSON body, such as " + PredictBody.SAMPLE)
                            .with("Allow", "POST")
                            .send(response, callback);
            default -> asset(path, request).send(response, callback);
        }
    }

    private Reply asset(String path, Request request) {
        Asset asset = assets.get(path);
        if (asset == null) {
            return Reply.error(404, "there is nothing at %s; the page is at /".formatted(path));
        }
        Map<String, String> headers = Map.of("ETag", asset.tag(), "Cache-Control", "no-cache");
        boolean known = asset.tag().equals(request.getHeaders().get(HttpHeader.IF_NONE_MATCH));
        return known
                ? new Reply(304, "", new byte[0], headers)
                : new Reply(200, asset.type(), asset.content(), headers);
    }

    private Reply snapshots(Request request) {
        Fields query = Request.extractQueryParameters(request);
        String run = value(query, "run").orElse("");
        String learner = value(query, "learner").orElse("");
        return board.snapshots(run, learner)
                .map(json -> Reply.json(200, json))
                .orElseGet(
                        () ->
                                Reply.error(
                                        404,
                                        "there is no learner '%s' in run '%s'"
                                                .formatted(learner, run)));
    }

    private void events(Request request, Response response, Callback callback) {
        Fields query = Request.extractQueryParameters(request);
        Optional<String> run = value(query, "run");
        String again = request.getHeaders().get("Last-Event-ID");
        String seen = again == null ? value(query, "since").orElse(null) : again;
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, "text/event-stream");
        response.getHeaders().put(HttpHeader.CACHE_CONTROL, "no-store");
        EventStream.Line line = new ResponseLine(response, callback);
        if (!events.open(line, run, seen)) {
            response.reset();
            Reply.error(
                            503,
                            "%d pages are open already; close some of them"
                                    .formatted(EventStream.MOST_PAGES))
                    .with("Retry-After", "5")
                    .send(response, callback);
        }
    }

    /** A response that goes on. */
    private record ResponseLine(Response response, Callback callback) implements EventStream.Line {
        @Override
        public void send(ByteBuffer bytes, Consumer<Throwable> sent) {
            response.write(false, bytes, Callback.from(() -> sent.accept(null), sent));
        }

        @Override
        public void end() {
            callback.succeeded();
        }
    }

    private static Optional<String> value(Fields query, String name) {
        return Optional.ofNullable(query.getValue(name)).filter(value -> !value.isEmpty());
    }

    private void post(String path, Request request, Response response, Callback callback) {
        CompletableFuture<Reply> reply =
                switch (path) {
                    case "/predict" -> predict.answer(request);
                    case "/login" -> login(request);
                    default ->
                            CompletableFuture.completedFuture(
                                    Reply.error(404, "questions go to /predict"));
                };
        var unused =
                reply.whenComplete(
                        (made, failure) -> {
                            if (failure == null) {
                                made.send(response, callback);
                            } else {
                                callback.failed(failure);
                            }
                        });
    }

    private CompletableFuture<Reply> login(Request request) {
        return Body.of(request, LOGIN_BYTES)
                .handle((body, failure) -> failure == null ? login(body) : wrongToken());
    }

    private Reply login(byte[] body) {
        Fields form = new Fields();
        UrlEncoded.decodeUtf8To(new String(body, StandardCharsets.UTF_8), form);
        return access.pass(value(form, "token").orElse(""))
                .map(
                        pass ->
                                new Reply(303, "", new byte[0], Map.of("Location", "/"))
                                        .with("Set-Cookie", cookie(pass)))
                .orElseGet(this::wrongToken);
    }

    private static String cookie(String pass) {
        return "%s=%s; Path=/; HttpOnly; SameSite=Strict".formatted(Access.COOKIE, pass);
    }

    private Reply wrongToken() {
        Asset page = assets.get("/login");
        String content =
                new String(page.content(), StandardCharsets.UTF_8)
                        .replace("<!--wrong-->", "<p role=\"alert\">That is not the token.</p>");
        return new Reply(401, page.type(), bytes(content), Map.of("WWW-Authenticate", "Bearer"));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
