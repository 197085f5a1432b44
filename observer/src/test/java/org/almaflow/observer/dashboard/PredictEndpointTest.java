package org.almaflow.observer.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import org.almaflow.observer.predict.Question;
import org.almaflow.schemas.ElementType;
import org.almaflow.schemas.FeatureSpec;
import org.almaflow.schemas.ModelChoice;
import org.almaflow.schemas.ModelVersion;
import org.almaflow.schemas.PredictResponse;
import org.almaflow.schemas.PredictStatus;
import org.almaflow.schemas.Prediction;
import org.almaflow.schemas.TopicException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class PredictEndpointTest {
    private static final FeatureSpec TWO_FLOATS =
            FeatureSpec.newBuilder(TestingScene.SPEC)
                    .setElementType(ElementType.FLOAT32)
                    .setShape(List.of(2))
                    .build();

    private static final Instant NOW = Instant.parse("2026-01-01T13:00:00Z");

    private final List<Question> asked = new ArrayList<>();
    private Optional<FeatureSpec> spec = Optional.of(TestingScene.SPEC);
    private boolean others;
    private boolean known = true;
    private CompletableFuture<PredictResponse> answer =
            CompletableFuture.completedFuture(response(PredictStatus.OK, "").build());
    private final PredictEndpoint endpoint =
            new PredictEndpoint(
                    new Specs(),
                    (file, of, name) -> image(file, name),
                    (question, timeout) -> {
                        asked.add(question);
                        return answer;
                    },
                    Duration.ofSeconds(10));

    /**
     * Of learners that a test says to be known, and to have a model or not, beside others or not.
     */
    private final class Specs implements PredictBody.Specs {
        @Override
        public Optional<FeatureSpec> spec(String stream, String learner) {
            boolean any = stream == null && learner == null;
            return any && others ? Optional.of(TestingScene.SPEC) : spec;
        }

        @Override
        public boolean knows(String stream, String learner) {
            return known;
        }
    }

    private static ByteBuffer image(byte[] file, String name) {
        if (file.length != 4) {
            throw new IllegalArgumentException(name + ": the image is 3 x 1; scale it first");
        }
        return ByteBuffer.wrap(file);
    }

    @Test
    void answersWithClassesProbabilitiesAndTheModel() {
        Reply reply =
                post("{'learner': 'a', 'inputs': [[[[1, 2], [3, 255]]], [[[0, 1], [2, 3]]]]}");
        assertThat(reply.status()).isEqualTo(200);
        JsonNode json = TestingPage.read(reply.content());
        assertThat(json.at("/predictions/0/class").asText()).isEqualTo("two");
        assertThat(json.at("/predictions/0/label").asInt()).isEqualTo(2);
        assertThat(json.at("/predictions/0/probabilities/2").asDouble()).isEqualTo(0.75);
        assertThat(json.at("/model/learner").asText()).isEqualTo("a");
        assertThat(json.at("/model/version").asLong()).isEqualTo(17);
        assertThat(json.at("/model/ageSeconds").asDouble()).isEqualTo(1.5);
        Question question = asked.get(0);
        assertThat(question.learner()).isEqualTo("a");
        assertThat(question.stream()).isNull();
        assertThat(question.choice()).isEqualTo(ModelChoice.NEWEST);
        assertThat(question.maxModelAge()).isEqualTo(Duration.ZERO);
        assertThat(question.elementType()).isEqualTo(ElementType.UINT8);
        assertThat(question.shape()).containsExactly(1, 2, 2);
        assertThat(question.examples()).isEqualTo(2);
        assertThat(bytes(question)).containsExactly(1, 2, 3, -1, 0, 1, 2, 3);
    }

    @Test
    void passesOnWhatIsAskedFor() {
        post(
                "{'stream': 's', 'choice': 'best', 'maxModelAgeSeconds': 2.5, 'images':"
                        + " ['AQIDBA==']}");
        Question question = asked.get(0);
        assertThat(question.stream()).isEqualTo("s");
        assertThat(question.learner()).isNull();
        assertThat(question.choice()).isEqualTo(ModelChoice.BEST);
        assertThat(question.maxModelAge()).isEqualTo(Duration.ofMillis(2500));
        assertThat(bytes(question)).containsExactly(1, 2, 3, 4);
    }

    @Test
    void floatsAreLittleEndianAndNotRounded() {
        spec = Optional.of(TWO_FLOATS);
        post("{'inputs': [[1.5, -2]]}");
        assertThat(bytes(asked.get(0))).containsExactly(0, 0, -64, 63, 0, 0, 0, -64);
        assertThat(post("{'inputs': [[3.4e38, 1e-300]]}").status()).isEqualTo(200);
    }

    /**
     * It would be an infinity, of which a network makes NaN and a predictor a failure of its own.
     */
    @ParameterizedTest
    @ValueSource(strings = {"1e39", "-1e39", "1e999"})
    void aNumberThatIsTooLargeForAFloatIsTheClientsMistake(String number) {
        spec = Optional.of(TWO_FLOATS);
        Reply reply = post("{'inputs': [[0, %s]]}".formatted(number));
        assertThat(reply.status()).isEqualTo(422);
        assertThat(TestingPage.read(reply.content()).get("error").asText())
                .startsWith("inputs[0][1] is ")
                .endsWith("which is too large for the stream's 32-bit floats");
        assertThat(asked).isEmpty();
    }

    @Test
    void anotherShapeGoesToThePredictorWhichKnowsWhatIsRight() {
        String sentence = "the shape is [5], and that of the stream [1, 2, 2]";
        answer =
                CompletableFuture.completedFuture(
                        response(PredictStatus.WRONG_INPUT, sentence)
                                .setPredictions(List.of())
                                .build());
        Reply reply = post("{'inputs': [[1, 2, 3, 4, 5]]}");
        assertThat(asked.get(0).shape()).containsExactly(5);
        assertThat(reply.status()).isEqualTo(422);
        assertThat(TestingPage.read(reply.content()).get("error").asText()).isEqualTo(sentence);
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            delimiter = '|',
            value = {
                "nothing | 400 | no JSON",
                "[1] | 400 | no JSON object",
                "{} | 400 | give the examples",
                "{'inputs': 7} | 400 | give the examples",
                "{'inputs': [], 'images': []} | 400 | in either inputs or images",
                "{'inputs': []} | 400 | send 1 to 256",
                "{'inputs': [[]]} | 400 | give a list of numbers",
                "{'inputs': [3]} | 400 | give a list of numbers",
                "{'inputs': [[1, 2], [1, 2, 3]]} | 400 | all have to be alike",
                "{'inputs': [[[1, 2], [3]]]} | 400 | inputs[0][1] is [3]; it has to be a list of 2",
                "{'inputs': [[1, 'x', 3, 4]]} | 400 | inputs[0][1] is \"x\"; give a number",
                "{'inputs': [[1, 2, 3, 256]]} | 422 | inputs[0][3] is 256.0",
                "{'inputs': [[0.5, 2, 3, 4]]} | 422 | not scaled",
                "{'inputs': [[1,2,3,4]], 'choice': 'worst'} | 400 | give newest or best",
                "{'inputs': [[1,2,3,4]], 'learner': 3} | 400 | give a name in quotes",
                "{'inputs': [[1,2,3,4]], 'maxModelAgeSeconds': -1} | 400 | a number above 0",
                "{'inputs': [[1,2,3,4]], 'lerner': 'a'} | 400 | 'lerner' is not known",
                "{'inputs': [[1,2,3,4]]} {} | 400 | no JSON",
                "{'images': ['%']} | 400 | images[0] is no file in base64",
                "{'images': [3]} | 400 | images[0] is no file in base64",
                "{'images': ['AQI=']} | 422 | images[0]: the image is 3 x 1"
            })
    void refusesWhatIsNoQuestion(String body, int status, String sentence) {
        Reply reply = post(body);
        assertThat(asked).isEmpty();
        assertThat(TestingPage.read(reply.content()).get("error").asText()).contains(sentence);
        assertThat(reply.status()).isEqualTo(status);
    }

    @Test
    void thereIsAMostOfExamples() {
        String example = "[1,2,3,4]";
        String many = String.join(",", Collections.nCopies(257, example));
        assertThat(post("{'inputs': [" + many + "]}").status()).isEqualTo(413);
        String large = String.join(",", Collections.nCopies(5000, "1"));
        String some = String.join(",", Collections.nCopies(200, "[" + large + "]"));
        assertThat(post("{'inputs': [" + some + "]}").status()).isEqualTo(413);
    }

    @Test
    void deepNestingIsRefusedAndNotFollowed() {
        String deep = "[".repeat(100_000);
        assertThat(post("{'inputs': " + deep).status()).isEqualTo(400);
    }

    @Test
    void anImageNeedsAModelThatSaysWhatImagesAre() {
        spec = Optional.empty();
        Reply reply = post("{'images': ['AQIDBA==']}");
        assertThat(reply.status()).isEqualTo(503);
        assertThat(TestingPage.read(reply.content()).get("error").asText())
                .contains("ask again after the first session");
    }

    @Test
    void anImageForALearnerOrStreamThatNobodyKnowsIsNotFound() {
        spec = Optional.empty();
        others = true;
        known = false;
        Reply reply = post("{'learner': 'b', 'stream': 's', 'images': ['AQIDBA==']}");
        assertThat(reply.status()).isEqualTo(404);
        assertThat(TestingPage.read(reply.content()).get("error").asText())
                .isEqualTo("no model has been published of learner \"b\" of stream \"s\"");
        assertThat(post("{'stream': 's', 'images': ['AQIDBA==']}").status()).isEqualTo(404);
        known = true;
        assertThat(post("{'learner': 'b', 'images': ['AQIDBA==']}").status())
                .as("one that has yet to publish its first")
                .isEqualTo(503);
    }

    @ParameterizedTest
    @EnumSource(PredictStatus.class)
    void everyStatusHasAnAnswer(PredictStatus status) {
        answer = CompletableFuture.completedFuture(response(status, "because").build());
        Reply reply = post("{'inputs': [[1, 2, 3, 4]]}");
        assertThat(reply.status() == 200).isEqualTo(status == PredictStatus.OK);
        JsonNode json = TestingPage.read(reply.content());
        assertThat(json.get("status").asText()).isEqualTo(status.name());
        assertThat(json.has("predictions")).isEqualTo(status == PredictStatus.OK);
        assertThat(json.has("error")).isEqualTo(status != PredictStatus.OK);
        assertThat(reply.headers().containsKey("Retry-After")).isEqualTo(reply.status() == 503);
    }

    @Test
    void saysWhatToDoWhenNobodyAnswers() {
        answer = CompletableFuture.failedFuture(new TimeoutException());
        Reply reply = post("{'inputs': [[1, 2, 3, 4]]}");
        assertThat(reply.status()).isEqualTo(504);
        assertThat(TestingPage.read(reply.content()).get("error").asText())
                .isEqualTo("no predictor answered within 10 s; start one with alma submit predict");
    }

    @Test
    void saysThatTheBrokerIsGone() {
        answer = CompletableFuture.failedFuture(new TopicException("no broker", null));
        Reply reply = post("{'inputs': [[1, 2, 3, 4]]}");
        assertThat(reply.status()).isEqualTo(503);
        assertThat(TestingPage.read(reply.content()).get("error").asText()).isEqualTo("no broker");
    }

    private Reply post(String body) {
        byte[] json = body.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
        return endpoint.answer(json).join();
    }

    private static byte[] bytes(Question question) {
        byte[] bytes = new byte[question.features().remaining()];
        question.features().get(bytes);
        return bytes;
    }

    private static PredictResponse.Builder response(PredictStatus status, String message) {
        return PredictResponse.newBuilder()
                .setId("1")
                .setStatus(status)
                .setMessage(message)
                .setModel(
                        ModelVersion.newBuilder()
                                .setRun("run")
                                .setStream("s")
                                .setLearner("a")
                                .setFamily("SM")
                                .setVersion(17)
                                .setSession(17)
                                .setSha256(List.of("00"))
                                .setValidationAccuracy(0.9)
                                .setAt(NOW)
                                .build())
                .setModelAgeMillis(1500)
                .setPredictions(
                        List.of(
                                Prediction.newBuilder()
                                        .setLabel(2)
                                        .setClassName("two")
                                        .setProbabilities(List.of(0.125f, 0.125f, 0.75f))
                                        .build()))
                .setAt(NOW);
    }
}
