package org.almaflow.learning.member;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.almaflow.learning.engine.Engine;
import org.almaflow.learning.engine.EngineOptions;
import org.almaflow.learning.engine.EngineProvider;
import org.almaflow.learning.experiment.LearnerSpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/**
 * Members of every family on native code, stored and restored again and again on their way;
 * extended by engines' tests.
 */
public abstract class ResumeContract {
    /**
     * Steps to the first restore; each one after it comes a step later, so that they fall into
     * every phase, and a member that has to read a window of chunks again still gets on.
     */
    private static final int FIRST = 7;

    private Engine engine;

    /** The engine under test. */
    protected abstract EngineProvider provider();

    @BeforeEach
    void open() {
        engine = provider().open(EngineOptions.defaults());
    }

    @AfterEach
    void close() {
        engine.close();
    }

    @ParameterizedTest
    @FieldSource("org.almaflow.learning.member.MemberTrainerTest#LEARNERS")
    void everyFamilyEndsBitIdentical(LearnerSpec learner) throws IOException {
        assertResumes(new TestingRun().on(engine), learner);
    }

    @Test
    void fireFlyEndsBitIdentical() throws IOException {
        TestingRun run = new TestingRun(TestingChunks.images(), 20, 20).on(engine);
        assertResumes(run, FireFlyMemberTest.learner(2));
    }

    private static void assertResumes(TestingRun run, LearnerSpec learner) throws IOException {
        TestingListener undisturbed = new TestingListener();
        try (MemberTrainer member = run.member(learner, undisturbed)) {
            assertThat(run.run(member)).isGreaterThan(3 * FIRST);
        }
        TestingListener disturbed = new TestingListener();
        MemberTrainer member = run.member(learner, disturbed);
        run.give(member);
        int restores = 0;
        while (member.hasWork()) {
            for (int step = 0; step < FIRST + restores && member.hasWork(); step++) {
                member.step();
            }
            MemberSnapshot stored = TestingRun.stored(member.snapshot());
            member.close();
            member = run.member(learner, disturbed);
            member.restore(stored);
            restores++;
        }
        member.close();
        assertThat(restores).isGreaterThan(3);
        assertThat(disturbed.results).isEqualTo(undisturbed.results);
        assertThat(disturbed.sessions).isEqualTo(undisturbed.sessions);
    }
}
