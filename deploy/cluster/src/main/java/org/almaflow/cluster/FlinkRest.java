package org.almaflow.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.HttpURLConnection;
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
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** A Flink cluster, spoken to through its REST interface. */
public final class FlinkRest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration CONNECT = Duration.ofSeconds(10);
    private static final Duration ANSWER = Duration.ofMinutes(2);
    private static final Duration PROBE = Duration.ofSeconds(2);
    private static final Duration ELECTION = Duration.ofSeconds(10);
    private static final long PAUSE_MILLIS = 100;
    private static final Set<String> ENDED = Set.of("FINISHED", "FAILED", "CANCELED");

    private final URI address;
    private final HttpClient http;

    /**
     * A client.
     *
     * @param address of the JobManager, such as {@code http://127.0.0.1:8081}
     */
    public FlinkRest(URI address) {
        this.address = address;
        this.http =
                HttpClient.newBuilder()
                        .connectTimeout(CONNECT)
                        .version(HttpClient.Version.HTTP_1_1)
                        .build();
    }

    /** Flink's version there. */
    public String version() {
        JsonNode version = get("/overview");
        if (!version.has("flink-version")) {
            throw new ClusterException(
                    "%s is no Flink cluster; name its web UI with --flink".formatted(address));
        }
        return version.get("flink-version").asText();
    }

    /** Uploads a jar; returns its id there. */
    public String upload(Path jar) {
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
            throw new ClusterException("job jar %s cannot be read".formatted(jar), e);
        }
    }

    /** Runs an uploaded jar; returns the id of the job. */
    public String run(String jar, String mainClass, List<String> args) {
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
    public void delete(String jar) {
        send("does not remove the job jar", request("/jars/" + jar).DELETE().build());
    }

    /** Whether a JobManager answers there now. */
    public boolean answers() {
        try {
            return http.send(
                                    HttpRequest.newBuilder(URI.create(address + "/overview"))
                                            .timeout(PROBE)
                                            .build(),
                                    HttpResponse.BodyHandlers.discarding())
                            .statusCode()
                    == 200;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    /** Task slots of all TaskManagers. */
    public int slots() {
        return get("/overview").path("slots-total").asInt();
    }

    /** Task slots that no job has. */
    public int freeSlots() {
        return taskManagers().mapToInt(manager -> manager.path("freeSlots").asInt()).sum();
    }

    /** TaskManagers with such a slot. */
    public int freeTaskManagers() {
        return (int) taskManagers().filter(m -> m.path("freeSlots").asInt() > 0).count();
    }

    /** How much of an external resource no job has, such as {@code gpu}. */
    public int free(String resource) {
        return taskManagers()
                .map(manager -> manager.path("freeResource").path("extendedResources"))
                .mapToInt(resources -> resources.path(resource).asInt())
                .sum();
    }

    private Stream<JsonNode> taskManagers() {
        return get("/taskmanagers").path("taskmanagers").valueStream();
    }

    /** What the cluster's configuration says; empty when it does not say. */
    public Optional<String> configuration(String key) {
        for (JsonNode entry : get("/jobmanager/config")) {
            if (entry.path("key").asText().equals(key)) {
                return Optional.of(entry.path("value").asText());
            }
        }
        return Optional.empty();
    }

    /** Id of a job of that name that has not ended; empty when there is none. */
    public Optional<String> activeJob(String name) {
        return activeJob(name::equals);
    }

    /** Id of a job that has not ended and whose name is wanted; empty when there is none. */
    public Optional<String> activeJob(Predicate<String> name) {
        for (JsonNode job : get("/jobs/overview").path("jobs")) {
            boolean ended = ENDED.contains(job.path("state").asText());
            if (!ended && name.test(job.path("name").asText())) {
                return Optional.of(job.path("jid").asText());
            }
        }
        return Optional.empty();
    }

    /** State of a job, such as RUNNING; empty when the cluster does not know it. */
    public Optional<String> state(String job) {
        for (JsonNode known : get("/jobs").path("jobs")) {
            if (known.path("id").asText().equals(job)) {
                return Optional.of(known.path("status").asText());
            }
        }
        return Optional.empty();
    }

    /** Asks a job to end at once, without a savepoint. */
    public void cancel(String job) {
        HttpRequest cancel =
                request("/jobs/" + job + "?mode=cancel")
                        .method("PATCH", BodyPublishers.noBody())
                        .build();
        send("does not cancel the job", cancel);
    }

    /**
     * Asks a job to stop with a savepoint; returns what {@link #savepoint} answers to.
     *
     * @param folder URI of the folder for the savepoint's own
     */
    public String stop(String job, String folder) {
        HttpRequest stop =
                request("/jobs/" + job + "/stop")
                        .header("Content-Type", "application/json")
                        .POST(
                                BodyPublishers.ofString(
                                        JSON.createObjectNode()
                                                .put("targetDirectory", folder)
                                                .toString()))
                        .build();
        return send("does not stop the job", stop).path("request-id").asText();
    }

    /**
     * URI of the savepoint with which a job stops; empty while it does.
     *
     * @throws ClusterException when it has failed; the job then trains on
     */
    public Optional<String> savepoint(String job, String request) {
        JsonNode answer = get("/jobs/%s/savepoints/%s".formatted(job, request));
        if (!answer.path("status").path("id").asText().equals("COMPLETED")) {
            return Optional.empty();
        }
        JsonNode operation = answer.path("operation");
        if (!operation.has("location")) {
            throw new ClusterException(
                    "job %s has no savepoint and goes on: %s"
                            .formatted(
                                    job,
                                    FlinkErrors.lastCause(
                                            operation
                                                    .path("failure-cause")
                                                    .path("stack-trace")
                                                    .asText())));
        }
        return Optional.of(operation.get("location").asText());
    }

    /** What the cluster answers at a path of its interface, such as {@code /jobs}. */
    public JsonNode get(String path) {
        return send("does not answer " + path, request(path).GET().build());
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(address + path)).timeout(ANSWER);
    }

    private JsonNode send(String failure, HttpRequest request) {
        try {
            HttpResponse<String> answer = answer(request);
            if (answer.statusCode() / 100 != 2) {
                throw new ClusterException(
                        "the Flink cluster at %s %s: %s"
                                .formatted(address, failure, FlinkErrors.reason(answer)));
            }
            return tree(answer.body());
        } catch (IOException e) {
            throw new ClusterException(
                    "no Flink cluster answers at %s; start it, or name another with --flink http://HOST:PORT"
                            .formatted(address),
                    e);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    /** A JobManager that has just started, or lost its leader, says 503 until it has one. */
    private HttpResponse<String> answer(HttpRequest request)
            throws IOException, InterruptedException {
        long end = System.nanoTime() + ELECTION.toNanos();
        HttpResponse<String> answer = ask(request);
        while (answer.statusCode() == HttpURLConnection.HTTP_UNAVAILABLE
                && System.nanoTime() < end) {
            ClusterProcess.pause(PAUSE_MILLIS);
            answer = ask(request);
        }
        return answer;
    }

    private HttpResponse<String> ask(HttpRequest request) throws IOException, InterruptedException {
        return http.send(request, HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
    }

    private ClusterException interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return new ClusterException("interrupted while waiting for " + address, e);
    }

    private JsonNode tree(String body) {
        try {
            return JSON.readTree(body);
        } catch (IOException e) {
            throw new ClusterException(
                    "%s is no Flink cluster; name its web UI with --flink".formatted(address), e);
        }
    }
}
