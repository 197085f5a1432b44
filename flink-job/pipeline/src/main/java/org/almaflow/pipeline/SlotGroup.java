package org.almaflow.pipeline;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Learners whose Train subtasks share task slots: as many as the learner with the most subtasks
 * has, one subtask of a learner in each.
 */
final class SlotGroup {
    private final Map<String, Integer> subtasks = new LinkedHashMap<>();

    /**
     * Deals learners to task slots. Those of more subtasks than one are a group, which takes as
     * many slots as the largest has; the others go one by one where fewest trainers are in a slot.
     *
     * @param subtasks of each learner, in the experiment's order
     * @param slots to use; more when a learner has more subtasks, fewer when there is no learner
     *     for them
     */
    static List<SlotGroup> deal(Map<String, Integer> subtasks, int slots) {
        SlotGroup first = new SlotGroup();
        subtasks.entrySet().stream().filter(l -> l.getValue() > 1).forEach(first::add);
        List<SlotGroup> groups = new ArrayList<>(List.of(first));
        for (int used = first.slots(); used < slots; used++) {
            groups.add(new SlotGroup());
        }
        Comparator<SlotGroup> load = Comparator.comparingDouble(SlotGroup::load);
        subtasks.entrySet().stream()
                .filter(l -> l.getValue() == 1)
                .forEach(l -> groups.stream().min(load).orElseThrow().add(l));
        groups.removeIf(group -> group.subtasks.isEmpty());
        return groups;
    }

    /** A group for each learner. */
    static List<SlotGroup> each(Map<String, Integer> subtasks) {
        List<SlotGroup> groups = new ArrayList<>();
        for (Map.Entry<String, Integer> learner : subtasks.entrySet()) {
            SlotGroup own = new SlotGroup();
            own.add(learner);
            groups.add(own);
        }
        return groups;
    }

    private void add(Map.Entry<String, Integer> learner) {
        subtasks.put(learner.getKey(), learner.getValue());
    }

    /** Ids of its learners. */
    Set<String> learners() {
        return subtasks.keySet();
    }

    /** Task slots that it takes, at least one. */
    int slots() {
        return subtasks.values().stream().mapToInt(n -> n).max().orElse(1);
    }

    /** Train subtasks in a slot. */
    private double load() {
        return subtasks.values().stream().mapToInt(n -> n).sum() / (double) slots();
    }
}
