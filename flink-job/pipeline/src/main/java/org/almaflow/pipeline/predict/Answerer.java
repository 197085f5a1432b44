package org.almaflow.pipeline.predict;

import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import org.almaflow.schemas.FeatureSpec;
import org.almaflow.schemas.ModelFile;
import org.almaflow.schemas.ModelVersion;
import org.almaflow.schemas.PredictRequest;
import org.almaflow.schemas.PredictResponse;
import org.almaflow.schemas.PredictStatus;
import org.almaflow.schemas.Prediction;
import org.almaflow.schemas.SnapshotEvent;

/** Answers requests with the models that a directory knows; those for one model at once. */
final class Answerer {
    private final SnapshotDirectory directory;
    private final ModelShelf shelf;
    private final Duration maxAge;
    private final Clock clock;

    /**
     * @param maxAge of a model that answers requests which name no limit; zero: any
     */
    Answerer(SnapshotDirectory directory, ModelShelf shelf, Duration maxAge, Clock clock) {
        this.directory = directory;
        this.shelf = shelf;
        this.maxAge = maxAge;
        this.clock = clock;
    }

    /** One answer for each request, in their order. */
    List<PredictResponse> answer(List<PredictRequest> requests) {
        PredictResponse[] answers = new PredictResponse[requests.size()];
        IdentityHashMap<SnapshotEvent, List<Integer>> bySnapshot = new IdentityHashMap<>();
        for (int i = 0; i < answers.length; i++) {
            try {
                SnapshotEvent snapshot = directory.choose(requests.get(i));
                bySnapshot.computeIfAbsent(snapshot, s -> new ArrayList<>()).add(i);
            } catch (RefusedException e) {
                answers[i] = refused(requests.get(i), e, null);
            }
        }
        bySnapshot.forEach((snapshot, places) -> answer(snapshot, places, requests, answers));
        return Arrays.asList(answers);
    }

    private void answer(
            SnapshotEvent wanted,
            List<Integer> places,
            List<PredictRequest> requests,
            PredictResponse[] answers) {
        ModelShelf.Served served;
        try {
            served = shelf.serve(wanted);
        } catch (RefusedException e) {
            places.forEach(i -> answers[i] = refused(requests.get(i), e, null));
            return;
        }
        ModelVersion version = version(served.snapshot());
        List<Integer> fitting = new ArrayList<>();
        for (int i : places) {
            try {
                requireYoung(requests.get(i), version);
                RequestCheck.require(requests.get(i), served.snapshot().getSpec());
                fitting.add(i);
            } catch (RefusedException e) {
                answers[i] = refused(requests.get(i), e, version);
            }
        }
        if (!fitting.isEmpty()) {
            predict(served, version, fitting, requests, answers);
        }
    }

    private void requireYoung(PredictRequest request, ModelVersion version)
            throws RefusedException {
        long limit = request.getMaxModelAgeMillis();
        long most = limit > 0 ? limit : maxAge.toMillis();
        if (most > 0 && age(version) > most) {
            throw new RefusedException(
                    PredictStatus.TOO_OLD,
                    "version %d of learner '%s' is %d ms old, more than %d ms"
                            .formatted(
                                    version.getVersion(),
                                    version.getLearner(),
                                    age(version),
                                    most));
        }
    }

    private void predict(
            ModelShelf.Served served,
            ModelVersion version,
            List<Integer> places,
            List<PredictRequest> requests,
            PredictResponse[] answers) {
        int bytes = 0;
        int count = 0;
        for (int i : places) {
            bytes = Math.addExact(bytes, requests.get(i).getFeatures().remaining());
            count += requests.get(i).getExamples();
        }
        ByteBuffer features = ByteBuffer.allocate(bytes);
        places.forEach(i -> features.put(requests.get(i).getFeatures().duplicate()));
        float[] probabilities = served.model().probabilities(features.flip(), count);
        int row = 0;
        for (int i : places) {
            answers[i] = predicted(requests.get(i), served, version, probabilities, row);
            row += requests.get(i).getExamples();
        }
    }

    private PredictResponse predicted(
            PredictRequest request,
            ModelShelf.Served served,
            ModelVersion version,
            float[] probabilities,
            int row) {
        List<Prediction> predictions = new ArrayList<>(request.getExamples());
        for (int i = 0; i < request.getExamples(); i++) {
            Prediction one = prediction(served.snapshot().getSpec(), probabilities, row + i);
            if (!Float.isFinite(one.getProbabilities().get(one.getLabel()))) {
                return refused(
                        request,
                        new RefusedException(
                                PredictStatus.ERROR,
                                "the model gives no finite probabilities for example %d; are its features finite?"
                                        .formatted(i)),
                        version);
            }
            predictions.add(one);
        }
        return new PredictResponse(
                request.getId(),
                PredictStatus.OK,
                served.remark(),
                version,
                age(version),
                predictions,
                now());
    }

    private static Prediction prediction(FeatureSpec spec, float[] probabilities, int row) {
        int classes = spec.getClasses();
        List<Float> all = new ArrayList<>(classes);
        int best = 0;
        for (int c = 0; c < classes; c++) {
            all.add(probabilities[row * classes + c]);
            // Not finite wins, so that it is seen.
            if (!(all.get(c) <= all.get(best))) {
                best = c;
            }
        }
        String name =
                spec.getClassNames().isEmpty()
                        ? Integer.toString(best)
                        : spec.getClassNames().get(best);
        return new Prediction(best, name, all);
    }

    private PredictResponse refused(
            PredictRequest request, RefusedException why, ModelVersion version) {
        return new PredictResponse(
                request.getId(),
                why.status(),
                why.getMessage(),
                version,
                version == null ? -1 : age(version),
                List.of(),
                now());
    }

    private long age(ModelVersion version) {
        return Math.max(0, clock.millis() - version.getAt().toEpochMilli());
    }

    private Instant now() {
        return Instant.now(clock).truncatedTo(ChronoUnit.MILLIS);
    }

    private static ModelVersion version(SnapshotEvent snapshot) {
        return new ModelVersion(
                snapshot.getRun(),
                snapshot.getStream(),
                snapshot.getLearner(),
                snapshot.getFamily(),
                snapshot.getVersion(),
                snapshot.getSession(),
                snapshot.getMembers().stream().map(ModelFile::getSha256).toList(),
                snapshot.getValidationAccuracy(),
                snapshot.getAt());
    }
}
