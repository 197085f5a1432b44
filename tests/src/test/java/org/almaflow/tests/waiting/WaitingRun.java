package org.almaflow.tests.waiting;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.almaflow.learning.engine.Engine;
import org.almaflow.learning.engine.ExampleSet;
import org.almaflow.learning.engine.Examples;
import org.almaflow.learning.engine.Network;
import org.almaflow.learning.experiment.LearnerSpec;
import org.almaflow.learning.member.ChunkRef;
import org.almaflow.learning.member.Directive;
import org.almaflow.learning.member.MemberListener;
import org.almaflow.learning.member.MemberResult;
import org.almaflow.learning.member.MemberTrainer;
import org.almaflow.learning.member.ModelWriter;
import org.almaflow.learning.member.SessionReport;
import org.almaflow.learning.network.NetworkSpec;
import org.almaflow.learning.network.Safetensors;
import org.almaflow.learning.network.Tensors;
import org.almaflow.learning.session.Cost;
import org.almaflow.learning.session.Evaluation;
import org.almaflow.learning.session.Score;
import org.almaflow.learning.session.Seeds;
import org.almaflow.learning.waiting.Decision;
import org.almaflow.learning.waiting.Progress;
import org.almaflow.learning.waiting.WaitingView;

/**
 * One learner of one member on a whole stream, asked at every arrival: what the job does, without
 * Kafka and Flink.
 */
final class WaitingRun implements MemberListener, ModelWriter {
    /** What came of it. */
    record Outcome(
            double cer,
            double finalError,
            long totalMacs,
            long epochs,
            List<Long> trainedAt,
            List<Double> errors,
            List<Decision> decisions) {}

    private final StreamInMemory stream;
    private final LearnerSpec learner;
    private final Engine engine;
    private final Function<WaitingView, Decision> policy;

    private final List<Progress.Trained> trained = new ArrayList<>();
    private final List<Progress.Prequential> prequential = new ArrayList<>();
    private final List<ChunkRef> buffered = new ArrayList<>();
    private final List<Double> errors = new ArrayList<>();
    private final List<Long> trainedAt = new ArrayList<>();
    private final List<Decision> decisions = new ArrayList<>();
    private long distinct;
    private MemberResult last;
    private Cost spent = Cost.NONE;
    private NetworkSpec spec;
    private Tensors deployed;

    WaitingRun(
            StreamInMemory stream,
            LearnerSpec learner,
            Engine engine,
            Function<WaitingView, Decision> policy) {
        this.stream = stream;
        this.learner = learner;
        this.engine = engine;
        this.policy = policy;
    }

    Outcome run() throws IOException {
        Examples holdout = stream.examples(0);
        spec = learner.family().start(learner.network(), holdout.input(), holdout.classes());
        deployed = Tensors.initial(spec, Seeds.derive(learner.seed(), Seeds.Purpose.WEIGHTS, 0, 0));
        try (MemberTrainer member =
                new MemberTrainer(learner.seed(), learner, 0, engine, stream, this, this)) {
            step(member, new Directive(0, false, 0, "holdout", List.of(stream.ref(0))));
            for (long t = 1; t <= stream.chunks(); t++) {
                arrive(member, t);
            }
        }
        double cer = errors.stream().skip(1).mapToDouble(e -> e).sum();
        return new Outcome(
                cer,
                errors.get(errors.size() - 1),
                last.cost().totalMacs(),
                last.epochs(),
                trainedAt,
                errors,
                decisions);
    }

    private void arrive(MemberTrainer member, long t) throws IOException {
        buffered.add(stream.ref(t));
        prequential.add(predict(t));
        long examples = buffered.stream().mapToLong(ChunkRef::examples).sum();
        long lastArrival = trainedAt.isEmpty() ? 0 : trainedAt.get(trainedAt.size() - 1);
        Progress progress = new Progress(newest(trained), newest(prequential), spent.totalMacs());
        Decision decision =
                policy.apply(
                        new WaitingView(
                                t,
                                stream.chunks(),
                                false,
                                buffered.size(),
                                examples,
                                trainedAt.size(),
                                distinct,
                                lastArrival,
                                0,
                                0,
                                0,
                                progress));
        decisions.add(decision);
        List<ChunkRef> fresh = decision.train() ? List.copyOf(buffered) : List.of();
        if (decision.train()) {
            buffered.clear();
            trainedAt.add(t);
            distinct += examples;
        }
        step(member, new Directive(t, decision.train(), trainedAt.size(), "", fresh));
    }

    private static <T> List<T> newest(List<T> all) {
        return all.subList(Math.max(0, all.size() - Progress.KEPT), all.size());
    }

    private static void step(MemberTrainer member, Directive directive) throws IOException {
        member.enqueue(directive);
        while (member.hasWork()) {
            member.step();
        }
    }

    private Progress.Prequential predict(long t) {
        Examples chunk = stream.examples(t);
        try (Network network = engine.network(spec);
                ExampleSet set = engine.upload(chunk)) {
            network.load(deployed);
            Evaluation evaluation = new Evaluation(set, chunk.labels());
            while (!evaluation.done()) {
                evaluation.step(network);
            }
            Score score = evaluation.score();
            long version = trainedAt.isEmpty() ? 0 : trainedAt.get(trainedAt.size() - 1);
            return new Progress.Prequential(t, chunk.count(), score.error(), score.loss(), version);
        }
    }

    @Override
    public ModelRef store(String id, int member, byte[] file) {
        Safetensors.Model model = Safetensors.read(file);
        spec = model.network();
        deployed = model.weights();
        return new ModelRef("model", "", file.length);
    }

    @Override
    public void onSession(SessionReport report) {
        if (report.phase() == SessionReport.Phase.CLOSED) {
            spent = spent.plus(report.cost());
            trained.add(
                    new Progress.Trained(
                            report.session(),
                            report.arrival(),
                            report.trainExamples() + report.validationExamples(),
                            distinct,
                            report.bestValidationAccuracy(),
                            report.cost().totalMacs(),
                            report.cost().trainForwardMacs(),
                            report.seconds()));
        }
    }

    @Override
    public void onResult(MemberResult result) {
        last = result;
        errors.add(result.holdout().error());
    }
}
