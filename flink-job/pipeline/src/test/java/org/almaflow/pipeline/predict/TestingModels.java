package org.almaflow.pipeline.predict;

import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.almaflow.learning.engine.TestingEngine;
import org.almaflow.learning.export.Predictor;
import org.almaflow.learning.family.Averaging;
import org.almaflow.learning.member.ModelWriter.ModelRef;
import org.almaflow.learning.network.MlpSpec;
import org.almaflow.learning.network.NetworkJson;
import org.almaflow.learning.network.Safetensors;
import org.almaflow.learning.network.Tensors;
import org.almaflow.learning.predict.LoadedPredictor;
import org.almaflow.pipeline.TestingSlices;
import org.almaflow.pipeline.store.ModelStore;
import org.almaflow.pipeline.store.Specs;
import org.almaflow.schemas.ElementType;
import org.almaflow.schemas.FeatureSpec;
import org.almaflow.schemas.ModelChoice;
import org.almaflow.schemas.ModelFile;
import org.almaflow.schemas.PredictRequest;
import org.almaflow.schemas.SnapshotEvent;

/** Snapshots of untrained models in a store, and requests for the stream of TestingSlices. */
final class TestingModels {
    private TestingModels() {}

    static FeatureSpec spec() {
        return TestingSlices.spec();
    }

    /** One network, whose weights depend on the version. */
    static Safetensors.Model model(long seed) {
        MlpSpec network = new MlpSpec(Specs.input(spec()), List.of(5), spec().getClasses());
        return new Safetensors.Model(network, Tensors.initial(network, seed));
    }

    /** The snapshot {@code version} of a learner, stored, with the weights of these seeds. */
    static SnapshotEvent snapshot(URI store, String learner, long version, long... seeds)
            throws IOException {
        List<ModelFile> files = new ArrayList<>();
        for (long seed : seeds) {
            byte[] bytes = Safetensors.write(model(seed));
            ModelRef ref = new ModelStore(store, "run-1").store(learner, files.size(), bytes);
            files.add(
                    new ModelFile(
                            files.size(),
                            ref.path(),
                            ref.sha256(),
                            ref.bytes(),
                            NetworkJson.write(model(seed).network())));
        }
        return SnapshotEvent.newBuilder()
                .setRun("run-1")
                .setExperiment("toy")
                .setStream(TestingSlices.STREAM)
                .setLearner(learner)
                .setFamily(seeds.length == 1 ? "SM" : "Ens")
                .setVersion(version)
                .setSession(version)
                .setSpec(spec())
                .setMembers(files)
                .setLineage(List.of())
                .setParameters(1)
                .setValidationAccuracy(0.5)
                .setAt(Instant.ofEpochMilli(1_700_000_000_000L + version))
                .setAveraging(seeds.length == 1 ? null : "PROBABILITIES")
                .build();
    }

    /** The same snapshot of a network that takes floats. */
    static SnapshotEvent floats(URI store, SnapshotEvent of) throws IOException {
        FeatureSpec spec =
                FeatureSpec.newBuilder(spec()).setElementType(ElementType.FLOAT32).build();
        MlpSpec network = new MlpSpec(Specs.input(spec), List.of(5), spec.getClasses());
        byte[] bytes =
                Safetensors.write(new Safetensors.Model(network, Tensors.initial(network, 1)));
        ModelRef ref = new ModelStore(store, "run-1").store(of.getLearner(), 0, bytes);
        ModelFile file =
                new ModelFile(0, ref.path(), ref.sha256(), ref.bytes(), NetworkJson.write(network));
        return SnapshotEvent.newBuilder(of).setSpec(spec).setMembers(List.of(file)).build();
    }

    /** A request for {@code examples} random examples. */
    static PredictRequest request(String id, String learner, int examples) {
        byte[] features = new byte[examples * TestingSlices.ELEMENTS];
        new SplittableRandom(id.hashCode()).nextBytes(features);
        return PredictRequest.newBuilder()
                .setId(id)
                .setLearner(learner)
                .setChoice(ModelChoice.NEWEST)
                .setElementType(spec().getElementType())
                .setShape(spec().getShape())
                .setExamples(examples)
                .setFeatures(ByteBuffer.wrap(features))
                .setAt(Instant.EPOCH)
                .build();
    }

    /** What the networks of these seeds answer to a request, [examples, classes]. */
    static float[] expected(PredictRequest request, long... seeds) {
        List<Safetensors.Model> models = new ArrayList<>();
        for (long seed : seeds) {
            models.add(model(seed));
        }
        try (TestingEngine engine = new TestingEngine();
                LoadedPredictor predictor =
                        new LoadedPredictor(
                                engine, new Predictor(models, Averaging.PROBABILITIES))) {
            return predictor.probabilities(request.getFeatures(), request.getExamples());
        }
    }
}
