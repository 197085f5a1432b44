package org.almaflow.learning.member;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.List;
import org.almaflow.learning.engine.Examples;
import org.almaflow.learning.engine.OptimizerSpec;
import org.almaflow.learning.engine.TestingEngine;
import org.almaflow.learning.experiment.LearnerSpec;
import org.almaflow.learning.experiment.TrainingSpec;
import org.almaflow.learning.family.Family;
import org.almaflow.learning.network.NetworkTemplate;
import org.almaflow.learning.network.Safetensors;
import org.almaflow.learning.waiting.EveryChunks;

/**
 * A holdout and three chunks, of which the last two make one session, and members to run on them.
 */
final class TestingRun {
    static final OptimizerSpec ADADELTA = new OptimizerSpec.Adadelta(1, 0.9, 1e-6, 0);

    final TestingChunks chunks;
    final TestingModels models = new TestingModels();
    final List<Directive> directives;

    TestingRun() {
        this(TestingChunks.points(), 300, 120);
    }

    /** With chunks of {@code examples}, the last one of half as many. */
    TestingRun(TestingChunks chunks, int holdout, int examples) {
        this.chunks = chunks;
        this.directives =
                List.of(
                        new Directive(0, false, 0, "", List.of(chunks.add(0, holdout))),
                        new Directive(1, true, 1, "1 of 1", List.of(chunks.add(1, examples))),
                        new Directive(2, false, 1, "1 of 2", List.of()),
                        new Directive(
                                3,
                                true,
                                2,
                                "2 of 2",
                                List.of(chunks.add(2, examples), chunks.add(3, examples / 2))));
    }

    static LearnerSpec learner(OptimizerSpec optimizer, TrainingSpec.Start start) {
        return learner(new Family.Single(), optimizer, start);
    }

    static LearnerSpec learner(Family family) {
        return learner(family, ADADELTA, TrainingSpec.Start.WARM);
    }

    static LearnerSpec replaying(double replay) {
        LearnerSpec l = learner(new Family.Single());
        return new LearnerSpec(
                l.id(), l.family(), l.network(), l.waiting(), replay, l.training(), l.seed());
    }

    private static LearnerSpec learner(
            Family family, OptimizerSpec optimizer, TrainingSpec.Start start) {
        return new LearnerSpec(
                "sm",
                family,
                new NetworkTemplate.Mlp(List.of(8)),
                new EveryChunks(1),
                0,
                new TrainingSpec(8, 10, 8, 0.001, 0.2, start, optimizer),
                5);
    }

    /** The first member of {@code learner}. */
    MemberTrainer member(LearnerSpec learner, MemberListener to) {
        return member(learner, 0, to);
    }

    MemberTrainer member(LearnerSpec learner, int member, MemberListener to) {
        return new MemberTrainer(1, learner, member, new TestingEngine(), chunks, models, to);
    }

    /** Steps until there is no work; returns the number of steps. */
    static int finish(MemberTrainer member) throws IOException {
        int steps = 0;
        while (member.hasWork()) {
            member.step();
            steps++;
        }
        return steps;
    }

    /** Queues all directives, each behind the prediction of its arrival's chunk. */
    void give(MemberTrainer member) {
        for (Directive directive : directives) {
            long arrival = directive.arrival();
            directives.stream()
                    .flatMap(d -> d.chunks().stream())
                    .filter(c -> c.chunk() == arrival && arrival > 0)
                    .forEach(member::predict);
            member.enqueue(directive);
        }
    }

    /** Runs all directives. */
    int run(MemberTrainer member) throws IOException {
        give(member);
        return finish(member);
    }

    /** What a fresh member of {@code learner} has said and remembers after some steps. */
    DataInputStream stateAfter(LearnerSpec learner, int steps, MemberListener to)
            throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (MemberTrainer member = member(learner, to)) {
            give(member);
            for (int i = 0; i < steps; i++) {
                member.step();
            }
            member.write(new DataOutputStream(bytes));
        }
        return new DataInputStream(new ByteArrayInputStream(bytes.toByteArray()));
    }

    Examples holdout() throws IOException {
        return chunks.read(directives.get(0).chunks().get(0));
    }

    /** The model that came with a result. */
    Safetensors.Model model(MemberResult result) {
        return Safetensors.read(models.read(result.model().orElseThrow().file()));
    }
}
