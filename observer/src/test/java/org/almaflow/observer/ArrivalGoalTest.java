package org.almaflow.observer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.almaflow.schemas.EvaluationEvent;
import org.junit.jupiter.api.Test;

class ArrivalGoalTest {
    @Test
    void isReachedWhenEveryNamedLearnerHasIt() {
        ArrivalGoal goal = new ArrivalGoal(2, List.of("a", "b"));
        assertThat(goal.isReached()).isFalse();
        goal.add(evaluation("run-1", "a", 2));
        goal.add(evaluation("run-1", "other", 3));
        assertThat(goal.isReached()).isFalse();
        assertThat(goal.missing()).isEqualTo("b has published nothing");
        goal.add(evaluation("run-1", "b", 1));
        assertThat(goal.missing()).isEqualTo("b is at arrival 1");
        goal.add(evaluation("run-1", "b", 3));
        assertThat(goal.isReached()).isTrue();
    }

    @Test
    void withoutNamesEveryLearnerOfTheRunCounts() {
        ArrivalGoal goal = new ArrivalGoal(1, List.of());
        assertThat(goal.isReached()).isFalse();
        assertThat(goal.missing()).isEqualTo("no learner has published an evaluation");
        goal.add(evaluation("run-1", "a", 0));
        goal.add(evaluation("run-1", "b", 0));
        goal.add(evaluation("run-1", "a", 1));
        assertThat(goal.isReached()).isFalse();
        goal.add(evaluation("run-1", "b", 1));
        assertThat(goal.isReached()).isTrue();
    }

    @Test
    void theRunThatPublishedLastCountsAndWhatIsReadAgainChangesNothing() {
        ArrivalGoal goal = new ArrivalGoal(2, List.of("a"));
        goal.add(evaluation("run-1", "a", 2));
        goal.add(evaluation("run-2", "a", 1));
        assertThat(goal.isReached()).isFalse();
        goal.add(evaluation("run-2", "a", 2));
        goal.add(evaluation("run-2", "a", 1));
        assertThat(goal.isReached()).isTrue();
    }

    @Test
    void knowsThatAStreamEndsBefore() {
        ArrivalGoal goal = new ArrivalGoal(4, List.of());
        assertThat(goal.isBeyondEnd()).isFalse();
        goal.add(evaluation("run-1", "a", 0));
        assertThat(goal.isBeyondEnd()).isTrue();
        assertThat(goal.chunks()).isEqualTo(3);
    }

    private static EvaluationEvent evaluation(String run, String learner, long arrival) {
        return TestingEvents.evaluation(learner, arrival, 0.5).setRun(run).build();
    }
}
