package org.almaflow.observer.dashboard;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;
import org.almaflow.observer.predict.Question;
import org.almaflow.schemas.ModelVersion;
import org.almaflow.schemas.PredictResponse;
import org.almaflow.schemas.PredictStatus;
import org.almaflow.schemas.Prediction;
import org.almaflow.schemas.TopicException;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code POST /predict}: a question in JSON, answered by a predictor over its topics. */
final class PredictEndpoint {
    /** Bytes of a body: 256 examples, written out as numbers. */
    static final int MOST_BYTES = 8 << 20;

    private static final Logger LOG = LoggerFactory.getLogger(PredictEndpoint.class);
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private final PredictBody.Specs specs;
    private final ImageReading images;
    private final Asking asking;
    private final Duration timeout;

    /** Who is asked: a client of the predictor's topics, or what a test puts in its place. */
    interface Asking {
        /**
         * Asks.
         *
         * @return as {@link org.almaflow.observer.predict.PredictClient#ask} has it
         * @throws TopicException when the broker or a topic is not there
         */
        CompletableFuture<PredictResponse> ask(Question question, Duration timeout);
    }

    /**
     * An endpoint.
     *
     * @param timeout how long an answer may take
     */
    PredictEndpoint(PredictBody.Specs specs, ImageReading images, Asking asking, Duration timeout) {
        this.specs = specs;
        this.images = images;
        this.asking = asking;
        this.timeout = timeout;
    }

    /** Reads the question and answers it. */
    CompletableFuture<Reply> answer(Request request) {
        String type = String.valueOf(request.getHeaders().get(HttpHeader.CONTENT_TYPE));
        if (!type.toLowerCase(Locale.ROOT).startsWith("application/json")) {
            return CompletableFuture.completedFuture(
                    Reply.error(415, "send JSON, with the header Content-Type: application/json"));
        }
        if (request.getLength() > MOST_BYTES) {
            return CompletableFuture.completedFuture(tooLarge());
        }
        return Body.of(request, MOST_BYTES)
                .thenCompose(this::answer)
                .exceptionally(failure -> tooLarge());
    }

    private static Reply tooLarge() {
        return Reply.error(
                413,
                "the body has more than %d MiB; send fewer examples at a time"
                        .formatted(MOST_BYTES >> 20));
    }

    /** Answers the question in a body. */
    CompletableFuture<Reply> answer(byte[] body) {
        try {
            Question question = PredictBody.question(body, specs, images);
            return asking.ask(question, timeout)
                    .handle(
                            (response, failure) ->
                                    failure == null ? reply(response) : failed(failure));
        } catch (RefusedException e) {
            return CompletableFuture.completedFuture(e.reply());
        } catch (RuntimeException e) {
            return CompletableFuture.completedFuture(failed(e));
        }
    }

    private Reply failed(Throwable failure) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        if (cause instanceof TimeoutException) {
            return Reply.error(
                    504,
                    "no predictor answered within %d s; start one with alma submit predict"
                            .formatted(timeout.toSeconds()));
        }
        LOG.warn("A question could not be asked", cause);
        String why =
                cause instanceof TopicException
                        ? cause.getMessage()
                        : "the question could not be asked: " + cause.getMessage();
        return Reply.error(503, why).with("Retry-After", "5");
    }

    private static Reply reply(PredictResponse response) {
        ObjectNode node = NODES.objectNode();
        boolean ok = response.getStatus() == PredictStatus.OK;
        node.put("status", response.getStatus().name());
        if (!response.getMessage().isEmpty()) {
            node.put(ok ? "message" : "error", response.getMessage());
        }
        if (response.getModel() != null) {
            node.set("model", model(response));
        }
        if (ok) {
            ArrayNode all = node.putArray("predictions");
            response.getPredictions().forEach(one -> all.add(prediction(one)));
        }
        Reply reply =
                Reply.json(
                        status(response.getStatus()),
                        node.toString().getBytes(StandardCharsets.UTF_8));
        return reply.status() == 503 ? reply.with("Retry-After", "2") : reply;
    }

    private static ObjectNode model(PredictResponse response) {
        ModelVersion model = response.getModel();
        return NODES.objectNode()
                .put("run", model.getRun())
                .put("learner", model.getLearner())
                .put("version", model.getVersion())
                .put("session", model.getSession())
                .put("ageSeconds", response.getModelAgeMillis() / 1e3);
    }

    private static ObjectNode prediction(Prediction one) {
        ObjectNode node =
                NODES.objectNode().put("label", one.getLabel()).put("class", one.getClassName());
        ArrayNode probabilities = node.putArray("probabilities");
        one.getProbabilities().forEach(probabilities::add);
        return node;
    }

    private static int status(PredictStatus status) {
        return switch (status) {
            case OK -> 200;
            case UNKNOWN_LEARNER, UNKNOWN_STREAM -> 404;
            case TOO_OLD -> 409;
            case WRONG_INPUT -> 422;
            case TOO_LARGE -> 413;
            case NO_MODEL, MODEL_UNAVAILABLE -> 503;
            case ERROR -> 500;
        };
    }
}
