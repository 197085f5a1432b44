package org.almaflow.pipeline.predict;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.almaflow.learning.engine.TestingEngine;
import org.almaflow.learning.family.Averaging;
import org.almaflow.schemas.ElementType;
import org.almaflow.schemas.ModelChoice;
import org.almaflow.schemas.PredictRequest;
import org.almaflow.schemas.PredictResponse;
import org.almaflow.schemas.PredictStatus;
import org.almaflow.schemas.SnapshotEvent;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which model answers which request, and what is said when none can. */
class AnswererTest {
    private static final long STORED = 1_700_000_000_000L;

    @TempDir Path folder;
    private URI store;
    private final List<SnapshotEvent> read = new ArrayList<>();
    private final SnapshotDirectory directory = new SnapshotDirectory(List.of("later"));
    private long offset;
    private Instant now = Instant.ofEpochMilli(STORED + 60_000);
    private final Clock clock =
            new Clock() {
                @Override
                public Instant instant() {
                    return now;
                }

                @Override
                public ZoneOffset getZone() {
                    return ZoneOffset.UTC;
                }

                @Override
                public Clock withZone(java.time.ZoneId zone) {
                    return this;
                }
            };
    private ModelShelf shelf;
    private Answerer answerer;

    @BeforeEach
    void prepare() {
        store = folder.toUri();
        shelf =
                new ModelShelf(
                        new TestingEngine(),
                        snapshot -> {
                            read.add(snapshot);
                            return ModelReader.fromStore(snapshot);
                        },
                        2,
                        clock);
        answerer = new Answerer(directory, shelf, Duration.ZERO, clock);
    }

    private SnapshotEvent publish(SnapshotEvent snapshot) {
        directory.adopt(0, offset++, snapshot);
        return snapshot;
    }

    private SnapshotEvent publish(String learner, long version, long... seeds) throws IOException {
        return publish(TestingModels.snapshot(store, learner, version, seeds));
    }

    private PredictResponse answer(PredictRequest request) {
        return answerer.answer(List.of(request)).get(0);
    }

    private PredictResponse ask(String learner) {
        return answer(TestingModels.request("a", learner, 1));
    }

    private static float[] probabilities(PredictResponse response) {
        float[] all = new float[response.getPredictions().size() * 3];
        for (int i = 0; i < all.length; i++) {
            all[i] = response.getPredictions().get(i / 3).getProbabilities().get(i % 3);
        }
        return all;
    }

    private void refused(PredictResponse response, PredictStatus status, String message) {
        assertThat(response.getStatus()).isEqualTo(status);
        assertThat(response.getMessage()).contains(message);
        assertThat(response.getPredictions()).isEmpty();
    }

    @Test
    void answersComeInTheOrderOfTheRequestsWhicheverModelsTheyAreFor() throws IOException {
        publish("w1", 1, 11);
        publish("w2", 1, 12);
        publish("ens", 1, 11, 12, 13);
        List<PredictRequest> requests = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            String learner = List.of("w1", "w2", "ens", "nobody").get(i % 4);
            requests.add(TestingModels.request("r" + i, learner, 1 + i % 3));
        }

        List<PredictResponse> answers = answerer.answer(requests);

        for (int i = 0; i < 30; i++) {
            PredictResponse response = answers.get(i);
            assertThat(response.getId()).isEqualTo("r" + i);
            long[] seeds = new long[][] {{11}, {12}, {11, 12, 13}, {}}[i % 4];
            if (seeds.length == 0) {
                refused(response, PredictStatus.UNKNOWN_LEARNER, "there are ens, w1, w2");
            } else {
                float[] expected = TestingModels.expected(requests.get(i), seeds);
                assertThat(probabilities(response)).isEqualTo(expected);
                int label = response.getPredictions().get(0).getLabel();
                assertThat(expected[label]).isGreaterThanOrEqualTo(1 / 3f);
                assertThat(response.getPredictions().get(0).getClassName()).isEqualTo("" + label);
            }
        }
    }

    @Test
    void snapshotsOfBeforeAveragingWasSaidAverageAsTheirFamilyDoesByDefault() throws IOException {
        SnapshotEvent ens = TestingModels.snapshot(store, "ens", 1, 1, 2);
        assertThat(ModelReader.averaging(ens)).isEqualTo(Averaging.PROBABILITIES);
        ens.setAveraging(null);
        assertThat(ModelReader.averaging(ens)).isEqualTo(Averaging.PROBABILITIES);
        ens.setFamily("gEns");
        assertThat(ModelReader.averaging(ens)).isEqualTo(Averaging.LOGITS);
    }

    @Test
    void saysWhyThereIsNoModel() throws IOException {
        refused(ask(null), PredictStatus.NO_MODEL, "no model has been published yet");
        refused(ask("x"), PredictStatus.NO_MODEL, "learner 'x' has published no model yet");
        publish("w1", 1, 1);
        refused(ask("later"), PredictStatus.NO_MODEL, "learner 'later' has published no model yet");
        refused(ask("x"), PredictStatus.UNKNOWN_LEARNER, "no learner 'x'");
        refused(
                ask("y".repeat(100_000)),
                PredictStatus.UNKNOWN_LEARNER,
                "'" + "y".repeat(100) + "...'");
        PredictRequest other = TestingModels.request("a", "w1", 1);
        other.setStream("mnist");
        refused(answer(other), PredictStatus.UNKNOWN_STREAM, "'mnist'; there are models of toy");
    }

    @Test
    void theNewestAndTheBestMayBeAskedForOfOneLearnerAndOfAll() throws IOException {
        publish("w1", 1, 1).setValidationAccuracy(0.9);
        publish("w2", 3, 2).setValidationAccuracy(Double.NaN);
        publish("w1", 5, 3).setValidationAccuracy(0.7);
        PredictRequest best = TestingModels.request("a", "w1", 1);
        best.setChoice(ModelChoice.BEST);
        assertThat(answer(best).getModel().getVersion()).isEqualTo(1);
        assertThat(ask("w1").getModel().getVersion()).isEqualTo(5);
        assertThat(ask(null).getModel().getVersion()).isEqualTo(5);
        best.setLearner(null);
        assertThat(answer(best).getModel().getVersion()).isEqualTo(1);

        SnapshotEvent rerun = TestingModels.snapshot(store, "w1", 1, 4);
        rerun.setRun("run-2");
        rerun.setValidationAccuracy(0.2);
        publish(rerun);
        best.setLearner("w1");
        assertThat(answer(best).getModel().getRun()).isEqualTo("run-2");
    }

    @Test
    void eventsThatComeAgainChangeNothing() throws IOException {
        SnapshotEvent first = publish("w1", 1, 1);
        publish("w1", 2, 2);
        directory.adopt(0, 0, first);

        assertThat(ask("w1").getModel().getVersion()).isEqualTo(2);
    }

    @Test
    void anOldModelDoesNotAnswerWhoWantsAYoungOne() throws IOException {
        publish("w1", 1, 1);
        PredictRequest request = TestingModels.request("a", "w1", 1);
        request.setMaxModelAgeMillis(59_999);
        assertThat(answer(request).getStatus()).isEqualTo(PredictStatus.OK);
        assertThat(answer(request).getModelAgeMillis()).isEqualTo(59_999);

        now = now.plusMillis(1);
        refused(answer(request), PredictStatus.TOO_OLD, "60000 ms old, more than 59999 ms");
        assertThat(answer(request).getModel().getVersion()).isEqualTo(1);

        Answerer strict = new Answerer(directory, shelf, Duration.ofMillis(59_999), clock);
        request.setMaxModelAgeMillis(0);
        refused(strict.answer(List.of(request)).get(0), PredictStatus.TOO_OLD, "version 1");
        request.setMaxModelAgeMillis(60_000);
        assertThat(strict.answer(List.of(request)).get(0).getStatus()).isEqualTo(PredictStatus.OK);
    }

    @Test
    void examplesThatDoNotFitAreRefusedAndTheOthersAnswered() throws IOException {
        publish("w1", 1, 1);
        PredictRequest good = TestingModels.request("good", "w1", 2);
        PredictRequest shape = TestingModels.request("shape", "w1", 1);
        shape.setShape(List.of(12));
        PredictRequest type = TestingModels.request("type", "w1", 1);
        type.setElementType(ElementType.FLOAT32);
        PredictRequest cut = TestingModels.request("cut", "w1", 2);
        cut.setExamples(3);
        PredictRequest none = TestingModels.request("none", "w1", 0);
        PredictRequest negative = TestingModels.request("negative", "w1", 1);
        negative.setExamples(-1);

        List<PredictResponse> answers =
                answerer.answer(List.of(shape, type, cut, good, none, negative));

        refused(answers.get(0), PredictStatus.WRONG_INPUT, "UINT8 of shape [1, 3, 4], not UINT8");
        refused(answers.get(1), PredictStatus.WRONG_INPUT, "not FLOAT32 of shape [1, 3, 4]");
        refused(answers.get(2), PredictStatus.WRONG_INPUT, "24 bytes of features are not 3");
        assertThat(probabilities(answers.get(3))).isEqualTo(TestingModels.expected(good, 1));
        refused(answers.get(4), PredictStatus.WRONG_INPUT, "give 1 example or more");
        refused(answers.get(5), PredictStatus.WRONG_INPUT, "give 1 example or more");
    }

    @Test
    void anAnswerThatNoRecordCouldHoldIsRefused() throws IOException {
        publish("w1", 1, 1);
        refused(
                answer(TestingModels.request("many", "w1", 40_000)),
                PredictStatus.TOO_LARGE,
                "ask for 12126 at most");
    }

    @Test
    void aModelFileThatIsMissingOrChangedLeavesTheOldModelAndIsTriedAgain() throws IOException {
        publish("w1", 1, 1);
        assertThat(ask("w1").getMessage()).isEmpty();
        SnapshotEvent second = TestingModels.snapshot(store, "w1", 2, 2);
        Path file = Path.of(URI.create(second.getMembers().get(0).getPath()));
        byte[] model = Files.readAllBytes(file);
        Files.delete(file);
        publish(second);

        PredictResponse old = ask("w1");
        assertThat(old.getStatus()).isEqualTo(PredictStatus.OK);
        assertThat(old.getModel().getVersion()).isEqualTo(1);
        assertThat(old.getMessage()).contains("version 2", "cannot be read", "version 1 answers");

        Files.write(file, new byte[] {1});
        now = now.plusSeconds(1);
        assertThat(ask("w1").getMessage()).contains("has SHA-256");
        Files.write(file, model);
        assertThat(ask("w1").getModel().getVersion()).isEqualTo(1);
        now = now.plusSeconds(1);
        assertThat(ask("w1").getModel().getVersion()).isEqualTo(2);
        assertThat(ask("w1").getMessage()).isEmpty();
    }

    @Test
    void withoutAnOldModelAMissingFileIsSaid() throws IOException {
        SnapshotEvent only = publish("w1", 1, 1);
        Files.delete(Path.of(URI.create(only.getMembers().get(0).getPath())));

        refused(ask("w1"), PredictStatus.MODEL_UNAVAILABLE, "version 1 of learner 'w1'");
        refused(ask("w1"), PredictStatus.MODEL_UNAVAILABLE, "cannot be read");
        assertThat(read).hasSize(1);
    }

    @Test
    void modelsAreLoadedOnceAndOnlySoManyStay() throws IOException {
        for (String learner : List.of("a", "b", "c")) {
            publish(learner, 1, learner.charAt(0));
        }
        assertThat(read).isEmpty();
        for (String learner : List.of("a", "a", "b", "a", "c", "a", "b")) {
            assertThat(ask(learner).getStatus()).isEqualTo(PredictStatus.OK);
            assertThat(shelf.size()).isLessThanOrEqualTo(2);
        }
        assertThat(read).extracting(SnapshotEvent::getLearner).containsExactly("a", "b", "c", "b");
    }

    @Test
    void whatHasNoFiniteAnswerIsAnError() throws IOException {
        SnapshotEvent broken = TestingModels.snapshot(store, "w1", 1, 1);
        publish(TestingModels.floats(store, broken));
        PredictRequest request = TestingModels.request("nan", "w1", 1);
        ByteBuffer features = ByteBuffer.allocate(48).order(ByteOrder.LITTLE_ENDIAN);
        features.putFloat(12, Float.NaN);
        request.setElementType(ElementType.FLOAT32);
        request.setFeatures(features);

        refused(answer(request), PredictStatus.ERROR, "no finite probabilities for example 0");
    }
}
