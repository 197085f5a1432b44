package org.almaflow.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;

/** A running Flink cluster, spoken to through its REST interface. */
final class FlinkRest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration CONNECT = Duration.ofSeconds(10);
    private static final Duration ANSWER = Duration.ofMinutes(2);

    private final URI address;
    private final HttpClient http;

    /**
     * A client.
     *
     * @param address of the JobManager, such as {@code http://127.0.0.1:8081}
     */
    FlinkRest(URI address) {
        this.address = address;
        this.http =
                HttpClient.newBuilder()
                        .connectTimeout(CONNECT)
                        .version(HttpClient.Version.HTTP_1_1)
                        .build();
    }

    /** Flink's version there. */
    String version() {
        JsonNode version = send("is asked for its version", request("/overview").GET().build());
        if (!version.has("flink-version")) {
            throw new FailureException(
                    "%s is no Flink cluster; name its web UI with --flink".formatted(address));
        }
        return version.get("flink-version").asText();
    }

    /** Uploads a jar; returns its id there. */
    String upload(Path jar) {
        String boundary = "alma-" + UUID.randomUUID();
        List<String> head =
                List.of(
                        "--" + boundary,
                        "Content-Disposition: form-data; name=\"jarfile\"; filename=\"%s\""
                                .formatted(jar.getFileName()),
                        "Content-Type: application/x-java-archive",
                        "",
                        "");
        try {
            BodyPublisher body =
                    BodyPublishers.concat(
                            BodyPublishers.ofString(String.join("\r\n", head)),
                            BodyPublishers.ofFile(jar),
                            BodyPublishers.ofString("\r\n--%s--\r\n".formatted(boundary)));
            HttpRequest upload =
                    request("/jars/upload")
                            .header("Content-Type", "multipart/form-data; boundary=" + boundary)
                            .POST(body)
                            .build();
            String stored = send("refuses the job jar", upload).path("filename").asText();
            return stored.substring(stored.lastIndexOf('/') + 1);
        } catch (IOException e) {
            throw new FailureException("job jar %s cannot be read".formatted(jar), e);
        }
    }

    /** Runs an uploaded jar; returns the id of the job. */
    String run(String jar, String mainClass, List<String> args) {
        ObjectNode body = JSON.createObjectNode().put("entryClass", mainClass);
        args.forEach(body.putArray("programArgsList")::add);
        HttpRequest run =
                request("/jars/" + jar + "/run")
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString(body.toString()))
                        .build();
        return send("refuses the job", run).path("jobid").asText();
    }

    /** Removes an uploaded jar. */
    void delete(String jar) {
        send("does not remove the job jar", request("/jars/" + jar).DELETE().build());
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(address + path)).timeout(ANSWER);
    }

    private JsonNode send(String failure, HttpRequest request) {
        try {
            HttpResponse<String> answer =
                    http.send(request, HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
            if (answer.statusCode() / 100 != 2) {
                throw new FailureException(
                        "the Flink cluster at %s %s: %s"
                                .formatted(address, failure, FlinkErrors.reason(answer)));
            }
            return tree(answer.body());
        } catch (IOException e) {
            throw new FailureException(
                    "no Flink cluster answers at %s; start it, or name another with --flink http://HOST:PORT"
                            .formatted(address),
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new FailureException("interrupted while waiting for " + address, e);
        }
    }

    private JsonNode tree(String body) {
        try {
            return JSON.readTree(body);
        } catch (IOException e) {
            throw new FailureException(
                    "%s is no Flink cluster; name its web UI with --flink".formatted(address), e);
        }
    }
}
