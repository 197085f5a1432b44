package org.almaflow.observer.dashboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.almaflow.observer.predict.Question;
import org.almaflow.schemas.PredictResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WebServerTest {
    private static final String TOKEN = "correct horse battery";

    private final HttpClient client = HttpClient.newHttpClient();
    private TestingServer server = new TestingServer();

    @AfterEach
    void close() {
        server.close();
    }

    @Test
    void everyFileThatThePageNamesIsThere() throws Exception {
        HttpResponse<String> page = get("");
        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.headers().firstValue("Content-Type")).contains("text/html; charset=utf-8");
        requireFiles(page.body(), "(?:href|src)=\"([a-z.]+)\"", 4);
        requireFiles(get("app.js").body(), "from \"./([a-z.]+)\"", 7);
        requireFiles(get("chart.js").body(), "from \"./([a-z.]+)\"", 3);
    }

    private void requireFiles(String text, String pattern, int least) throws Exception {
        Matcher names = Pattern.compile(pattern).matcher(text);
        int found = 0;
        while (names.find()) {
            assertThat(get(names.group(1)).statusCode()).as(names.group(1)).isEqualTo(200);
            found++;
        }
        assertThat(found).isGreaterThanOrEqualTo(least);
    }

    @Test
    void nothingOutsideThisServerIsNamedOrAllowed() throws Exception {
        HttpResponse<String> page = get("");
        assertThat(page.headers().firstValue("Content-Security-Policy").orElseThrow())
                .contains("default-src 'none'", "script-src 'self'", "frame-ancestors 'none'")
                .doesNotContain("unsafe");
        assertThat(page.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
        for (String path : Asset.all().keySet()) {
            String text = get(path.substring(1)).body();
            assertThat(text)
                    .doesNotContainPattern(
                            "(?:src=|href=|url\\(|fetch\\(|import\\s)[\"']?(?:https?:)?//");
        }
    }

    @Test
    void anUnchangedFileIsNotSentTwice() throws Exception {
        String tag = get("app.js").headers().firstValue("ETag").orElseThrow();
        HttpResponse<String> again = send(request("app.js").header("If-None-Match", tag));
        assertThat(again.statusCode()).isEqualTo(304);
        assertThat(again.body()).isEmpty();
    }

    @Test
    void whatIsNotThereIsSaidInOneSentence() throws Exception {
        assertThat(get("nothing").statusCode()).isEqualTo(404);
        assertThat(get("nothing").body()).contains("the page is at /");
        assertThat(get("../pom.xml").statusCode()).isEqualTo(400);
        assertThat(get("predict").statusCode()).isEqualTo(405);
        assertThat(get("api/snapshots?run=r&learner=l").body())
                .contains("there is no learner 'l' in run 'r'");
        assertThat(send(request("").method("PUT", BodyPublishers.noBody())).statusCode())
                .isEqualTo(405);
        assertThat(get("health").body()).isEqualTo("ok\n");
    }

    @Test
    void anotherHostNameIsRefused() throws Exception {
        assertThat(raw("GET / HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 421")
                .contains("open it as localhost");
        assertThat(raw("GET /health HTTP/1.1\r\nHost: localhost:1\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 200");
        assertThat(raw("GET / HTTP/1.1\r\nConnection: close\r\n\r\n")).startsWith("HTTP/1.1 400");
    }

    @Test
    void eventsBeginWithEverythingAndGoOnWithWhatIsNew() throws Exception {
        TestingScene scene = new TestingScene("run", 2, 10, Instant.EPOCH);
        scene.arrivals(0, 2).forEach(server.board()::take);
        HttpResponse<InputStream> stream =
                client.send(request("events").build(), BodyHandlers.ofInputStream());
        assertThat(stream.headers().firstValue("Content-Type")).contains("text/event-stream");
        try (BufferedReader lines = reader(stream.body())) {
            String first = data(lines);
            assertThat(first).contains("\"whole\":true", "\"arrival\":[0,1,2]");
            scene.arrivals(3, 3).forEach(server.board()::take);
            assertThat(data(lines)).contains("\"whole\":false", "\"arrival\":[3]");
        }
    }

    private static String data(BufferedReader lines) throws IOException {
        String line = lines.readLine();
        while (!line.startsWith("data: ")) {
            line = lines.readLine();
        }
        return line;
    }

    private static BufferedReader reader(InputStream in) {
        return new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
    }

    @Test
    void aTokenIsWantedOfAllButTheHealthCheck() throws Exception {
        restart(Optional.of(TOKEN), (question, timeout) -> new CompletableFuture<>());
        assertThat(get("").statusCode()).isEqualTo(401);
        assertThat(get("").body()).contains("Token of this dashboard");
        for (String path : new String[] {"events", "app.js", "api/snapshots", "nothing"}) {
            assertThat(get(path).statusCode()).as(path).isEqualTo(401);
        }
        assertThat(predict("{}").statusCode()).isEqualTo(401);
        assertThat(get("health").statusCode()).isEqualTo(200);
        assertThat(send(request("").header("Authorization", "Bearer " + TOKEN)).statusCode())
                .isEqualTo(200);
    }

    @Test
    void aBrowserKeepsAPassForTheToken() throws Exception {
        restart(Optional.of(TOKEN), (question, timeout) -> new CompletableFuture<>());
        HttpResponse<String> wrong = login("token=guess");
        assertThat(wrong.statusCode()).isEqualTo(401);
        assertThat(wrong.body()).contains("That is not the token");
        HttpResponse<String> right = login("token=correct+horse+battery");
        assertThat(right.statusCode()).isEqualTo(303);
        String cookie = right.headers().firstValue("Set-Cookie").orElseThrow();
        assertThat(cookie).contains("HttpOnly", "SameSite=Strict").doesNotContain("horse");
        assertThat(send(request("").header("Cookie", cookie.split(";")[0])).statusCode())
                .isEqualTo(200);
        assertThat(login("token=" + "x".repeat(10_000)).statusCode()).isEqualTo(401);
    }

    private HttpResponse<String> login(String form) throws Exception {
        return send(request("login").POST(BodyPublishers.ofString(form)));
    }

    @Test
    void aQuestionHasToBeJsonOfAnAllowedSizeFromHere() throws Exception {
        HttpRequest.Builder text =
                request("predict")
                        .header("Content-Type", "text/plain")
                        .POST(BodyPublishers.ofString("{}"));
        assertThat(send(text).statusCode()).isEqualTo(415);
        HttpRequest.Builder foreign =
                request("predict")
                        .header("Content-Type", "application/json")
                        .header("Origin", "http://evil.example")
                        .POST(BodyPublishers.ofString("{}"));
        assertThat(send(foreign).statusCode()).isEqualTo(403);
        assertThat(predict("{}").statusCode()).isEqualTo(400);
        String large = " ".repeat(PredictEndpoint.MOST_BYTES + 1);
        assertThat(predict(large).statusCode()).isEqualTo(413);
        HttpRequest.Builder unknownLength =
                request("predict")
                        .header("Content-Type", "application/json")
                        .POST(
                                BodyPublishers.ofInputStream(
                                        () ->
                                                new ByteArrayInputStream(
                                                        large.getBytes(StandardCharsets.UTF_8))));
        assertThat(send(unknownLength).statusCode()).isEqualTo(413);
    }

    @Test
    void aQuestionThatNobodyAnswersEnds() throws Exception {
        restart(Optional.empty(), WebServerTest::never);
        HttpResponse<String> answer = predict("{\"inputs\": [[1, 2, 3, 4]]}");
        assertThat(answer.statusCode()).isEqualTo(504);
        assertThat(answer.body()).contains("alma submit predict");
    }

    private static CompletableFuture<PredictResponse> never(Question question, Duration timeout) {
        return CompletableFuture.failedFuture(new TimeoutException());
    }

    @Test
    void aPortThatIsTakenIsNamed() {
        Access access = new Access("127.0.0.1", Optional.empty());
        int port = server.address().getPort();
        assertThatThrownBy(
                        () ->
                                WebServer.start(
                                        "127.0.0.1",
                                        port,
                                        access,
                                        new Board(Clock.systemUTC()),
                                        null))
                .isInstanceOf(DashboardException.class)
                .hasMessageContaining("127.0.0.1:" + port)
                .hasMessageContaining("give another port");
    }

    private void restart(Optional<String> token, PredictEndpoint.Asking asking) {
        server.close();
        server = new TestingServer(token, asking);
    }

    private HttpResponse<String> get(String path) throws Exception {
        return send(request(path));
    }

    private HttpResponse<String> predict(String body) throws Exception {
        return send(
                request("predict")
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString(body)));
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(server.address() + path));
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return client.send(request.build(), BodyHandlers.ofString());
    }

    private String raw(String request) throws IOException {
        try (Socket socket =
                new Socket(InetAddress.getLoopbackAddress(), server.address().getPort())) {
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
