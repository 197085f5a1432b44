package org.almaflow.tests.faults;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.almaflow.learning.engine.Engine;
import org.almaflow.learning.engine.EngineOptions;
import org.almaflow.learning.engine.Engines;
import org.almaflow.learning.engine.Examples;
import org.almaflow.learning.experiment.Experiment;
import org.almaflow.learning.experiment.LearnerSpec;
import org.almaflow.learning.experiment.StreamSpec;
import org.almaflow.learning.member.ChunkRef;
import org.almaflow.learning.member.Directive;
import org.almaflow.learning.member.MemberListener;
import org.almaflow.learning.member.MemberResult;
import org.almaflow.learning.member.MemberTrainer;
import org.almaflow.learning.member.ModelFiles;
import org.almaflow.learning.member.ModelWriter.ModelRef;
import org.almaflow.learning.member.Prediction;
import org.almaflow.learning.member.SessionReport;
import org.almaflow.learning.network.ElementType;
import org.almaflow.learning.network.InputSpec;
import org.almaflow.learning.session.PredictionSum;
import org.almaflow.learning.session.Score;
import org.almaflow.learning.waiting.EveryChunks;
import org.almaflow.producer.StreamPlan;
import org.almaflow.producer.dataset.Dataset;
import org.almaflow.producer.dataset.DatasetRequest;
import org.almaflow.producer.dataset.Datasets;
import org.almaflow.schemas.FeatureSpec;
import org.almaflow.tests.faults.Expected.Outcome;
import org.almaflow.tests.faults.Expected.Step;

/**
 * What must come out of an experiment, worked out without the job: no Flink, no Kafka, no slices,
 * no stores, nothing of {@code org.almaflow.pipeline}. It cuts the data set into chunks as the
 * stream's definition says, trains every member one after another from the first chunk to the last,
 * and adds up. From {@code learning} it has the arithmetic of one member, which has tests of its
 * own; that there is one evaluation for each learner and arrival, when sessions open, what a
 * snapshot holds and what the sums are is said here once more.
 */
final class Oracle {
    private final Experiment experiment;
    private final Dataset data;
    private final List<Examples> chunks = new ArrayList<>();
    private final Map<String, List<Step>> sessions = new TreeMap<>();

    private Oracle(Experiment experiment) {
        this.experiment = experiment;
        StreamSpec s = experiment.stream();
        data = Datasets.load(new DatasetRequest(s.dataset(), s.labelColumn(), null));
        int[] labels = data.train().labels();
        Examples train = examples(data.train().features(), labels);
        chunks.add(examples(data.holdout().features(), data.holdout().labels()));
        StreamPlan plan =
                new StreamPlan(data.fingerprint(), labels.length, s.chunks(), s.seed(), false);
        for (int t = 1; t <= s.chunks(); t++) {
            chunks.add(train.select(plan.rows(t)));
        }
    }

    /** Expects all that the experiment publishes. */
    static Expected of(Experiment experiment) throws IOException {
        Oracle oracle = new Oracle(experiment);
        Map<String, List<Outcome>> outcomes = new TreeMap<>();
        try (Engine engine = Engines.find(experiment.engine()).open(EngineOptions.defaults())) {
            for (LearnerSpec learner : experiment.learners()) {
                List<List<MemberResult>> members = new ArrayList<>();
                for (int m = 0; m < learner.family().members(); m++) {
                    members.add(oracle.train(engine, learner, m));
                }
                outcomes.put(learner.id(), oracle.outcomes(learner, members));
            }
        }
        return new Expected(outcomes, oracle.sessions);
    }

    private List<MemberResult> train(Engine engine, LearnerSpec learner, int member)
            throws IOException {
        List<MemberResult> results = new ArrayList<>();
        List<Step> steps =
                sessions.computeIfAbsent(learner.id() + "/" + member, k -> new ArrayList<>());
        MemberListener listener =
                new MemberListener() {
                    @Override
                    public void onSession(SessionReport r) {
                        steps.add(
                                new Step(
                                        r.session(),
                                        r.phase().name(),
                                        r.epoch(),
                                        r.trainLoss(),
                                        r.validationLoss(),
                                        r.validationAccuracy(),
                                        r.cost().examples()));
                    }

                    @Override
                    public void onResult(MemberResult result) {
                        results.add(result);
                    }
                };
        try (MemberTrainer trainer =
                new MemberTrainer(
                        experiment.seed(),
                        learner,
                        member,
                        engine,
                        this::read,
                        new FilesInMemory(),
                        listener)) {
            for (Directive directive : directives(learner)) {
                if (directive.arrival() > 0) {
                    trainer.predict(ref((int) directive.arrival()));
                }
                trainer.enqueue(directive);
            }
            while (trainer.hasWork()) {
                trainer.step();
            }
        }
        return results;
    }

    /** The holdout; then a session at every w-th arrival, on the chunks since the last one. */
    private List<Directive> directives(LearnerSpec learner) {
        long w = ((EveryChunks) learner.waiting()).w();
        List<Directive> all = new ArrayList<>();
        all.add(new Directive(0, false, 0, "", List.of(ref(0))));
        List<ChunkRef> waiting = new ArrayList<>();
        for (int t = 1; t < chunks.size(); t++) {
            waiting.add(ref(t));
            boolean train = t % w == 0;
            all.add(new Directive(t, train, t / w, "", train ? waiting : List.of()));
            waiting = train ? new ArrayList<>() : waiting;
        }
        return all;
    }

    private ChunkRef ref(int chunk) {
        return new ChunkRef(chunk, "", "oracle-" + chunk, chunks.get(chunk).count());
    }

    private Examples read(ChunkRef ref, int from, int to) {
        return chunks.get((int) ref.chunk()).select(IntStream.range(from, to).toArray());
    }

    /** What a member stores, by hash. */
    private static final class FilesInMemory implements ModelFiles {
        private final Map<String, byte[]> files = new HashMap<>();

        @Override
        public ModelRef store(String learner, int member, byte[] file) {
            String sha256 = sha256(file);
            files.put(sha256, file);
            return new ModelRef("", sha256, file.length);
        }

        @Override
        public ModelRef keep(String learner, int member, byte[] file) {
            return store(learner, member, file);
        }

        @Override
        public byte[] read(ModelRef ref) {
            return files.get(ref.sha256());
        }
    }

    /** Joins the members of a learner, arrival by arrival. */
    private List<Outcome> outcomes(LearnerSpec learner, List<List<MemberResult>> members)
            throws IOException {
        List<Directive> directives = directives(learner);
        List<Outcome> outcomes = new ArrayList<>();
        Map<Integer, String> models = new TreeMap<>();
        Score score = Score.NONE;
        double cumulative = 0;
        long version = 0;
        for (int t = 0; t < chunks.size(); t++) {
            int arrival = t;
            List<MemberResult> joined = members.stream().map(m -> m.get(arrival)).toList();
            score = score(joined, score);
            cumulative += t == 0 ? 0 : score.error();
            joined.forEach(r -> r.model().ifPresent(m -> models.put(m.index(), m.file().sha256())));
            boolean trained = joined.get(0).trained();
            version = trained ? t : version;
            outcomes.add(
                    new Outcome(
                            t,
                            trained,
                            version,
                            score.error(),
                            score.loss(),
                            cumulative,
                            joined.stream().mapToLong(MemberResult::parameters).sum(),
                            joined.stream().mapToLong(MemberResult::epochs).sum(),
                            joined.stream().mapToLong(r -> r.cost().examples()).sum(),
                            joined.stream().mapToLong(r -> r.cost().trainForwardMacs()).sum(),
                            joined.stream().mapToLong(r -> r.cost().totalMacs()).sum(),
                            predicted(t, joined).error(),
                            trained ? List.copyOf(models.values()) : List.of(),
                            trained
                                    ? directives.get(t).chunks().stream()
                                            .map(ChunkRef::chunk)
                                            .toList()
                                    : List.of()));
        }
        return outcomes;
    }

    /** How the arrival's chunk was predicted by who was deployed when it came. */
    private Score predicted(int t, List<MemberResult> joined) throws IOException {
        List<Prediction> predictions = joined.stream().map(MemberResult::prediction).toList();
        return t == 0 ? Score.NONE : Prediction.joint(predictions, this::read, ref(t));
    }

    private Score score(List<MemberResult> joined, Score before) {
        if (joined.size() == 1) {
            return joined.get(0).holdout();
        }
        return joined.stream()
                .flatMap(r -> r.predictions().stream())
                .reduce(PredictionSum::plus)
                .map(sum -> sum.score(chunks.get(0).labels()))
                .orElse(before);
    }

    private Examples examples(byte[] features, int[] labels) {
        FeatureSpec spec = data.spec();
        ElementType type = ElementType.valueOf(spec.getElementType().name());
        InputSpec input = new InputSpec(type, spec.getShape(), spec.getMean(), spec.getStd());
        return new Examples(input, spec.getClasses(), ByteBuffer.wrap(features), labels);
    }

    /** In hex. */
    static String sha256(byte[] file) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(file));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
