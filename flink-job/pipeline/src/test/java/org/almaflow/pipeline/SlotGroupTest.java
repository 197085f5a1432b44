package org.almaflow.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SlotGroupTest {
    private static List<Set<String>> deal(Map<String, Integer> subtasks, int slots) {
        List<SlotGroup> groups = SlotGroup.deal(subtasks, slots);
        int taken = groups.stream().mapToInt(SlotGroup::slots).sum();
        int widest = subtasks.values().stream().mapToInt(n -> n).max().orElseThrow();
        assertThat(taken).isLessThanOrEqualTo(Math.max(slots, widest));
        return groups.stream().map(SlotGroup::learners).toList();
    }

    /** Learners of one subtask each, then those of the numbers. */
    private static Map<String, Integer> learners(int singles, int... others) {
        Map<String, Integer> subtasks = new LinkedHashMap<>();
        for (int i = 1; i <= singles; i++) {
            subtasks.put("sm" + i, 1);
        }
        for (int n : others) {
            subtasks.put("ens" + n, n);
        }
        return subtasks;
    }

    @Test
    void singleNetworksTakeTurns() {
        assertThat(deal(learners(3), 2)).containsExactly(Set.of("sm1", "sm3"), Set.of("sm2"));
        assertThat(deal(learners(5), 4))
                .containsExactly(Set.of("sm1", "sm5"), Set.of("sm2"), Set.of("sm3"), Set.of("sm4"));
    }

    @Test
    void noSlotIsTakenThatHasNoLearner() {
        assertThat(deal(learners(2), 8)).containsExactly(Set.of("sm1"), Set.of("sm2"));
    }

    @Test
    void oneSlotHoldsAll() {
        assertThat(deal(learners(3), 1)).containsExactly(Set.of("sm1", "sm2", "sm3"));
        assertThat(deal(learners(3), JobOptions.CHOOSE)).hasSize(1);
    }

    @Test
    void anEnsembleThatIsInEverySlotSharesThemWithTheOthers() {
        assertThat(deal(learners(2, 4, 3), 2))
                .containsExactly(Set.of("ens4", "ens3", "sm1", "sm2"));
    }

    @Test
    void singleNetworksGoWhereFewestTrainersAre() {
        assertThat(deal(learners(3, 2), 3))
                .containsExactly(Set.of("ens2", "sm2"), Set.of("sm1", "sm3"));
    }

    @Test
    void orEachHasItsOwn() {
        assertThat(SlotGroup.each(learners(1, 3)).stream().mapToInt(SlotGroup::slots))
                .containsExactly(1, 3);
    }
}
