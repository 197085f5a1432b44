package org.almaflow.tests.faults;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.almaflow.schemas.SessionEvent;
import org.almaflow.schemas.SessionPhase;

/**
 * Which training was done more than once, from the topic of sessions with what was never committed:
 * an epoch that is there twice was trained twice. Its unit is the step (mini-batch of training or
 * validation) in whole epochs; a part of an epoch that a fault cut off is not seen.
 *
 * <p>The bound of one checkpoint interval is checked by order and not by a clock: whatever is done
 * again must have been done after the last checkpoint that was complete before the fault had begun,
 * hence within the interval that the fault broke off.
 */
final class RepeatedWork {
    private static final int VALIDATION_BATCH = 1000;

    private final int batch;
    private final List<Window> windows;
    private final Map<Window, Work> works = new HashMap<>();
    private final List<String> beyond = new ArrayList<>();

    /**
     * Counts.
     *
     * @param log every session event, in order
     * @param batch training examples of a step
     * @param windows of the faults, in order
     */
    RepeatedWork(List<SessionEvent> log, int batch, List<Window> windows) {
        this.batch = batch;
        this.windows = List.copyOf(windows);
        Map<String, List<SessionEvent>> epochs = new LinkedHashMap<>();
        for (SessionEvent e : log) {
            if (e.getPhase() == SessionPhase.EPOCH) {
                epochs.computeIfAbsent(name(e), k -> new ArrayList<>()).add(e);
                windows.stream().filter(w -> w.before(e)).forEach(w -> add(w, 0, steps(e), 0));
            }
        }
        epochs.values().forEach(copies -> copies.subList(0, copies.size() - 1).forEach(this::lost));
    }

    private static String name(SessionEvent e) {
        return "%s/%d session %d epoch %d"
                .formatted(e.getLearner(), e.getMember(), e.getSession(), e.getEpoch());
    }

    /** Finds the fault that an epoch was lost to. */
    private void lost(SessionEvent e) {
        Optional<Window> outage = windows.stream().filter(w -> w.inOutage(e)).findFirst();
        if (outage.isPresent()) {
            add(outage.get(), 0, 0, steps(e));
            return;
        }
        windows.stream()
                .filter(w -> at(e) <= w.fault())
                .findFirst()
                .ifPresent(w -> add(w, steps(e), 0, 0));
        if (windows.stream().noneMatch(w -> w.before(e))) {
            beyond.add(name(e) + " was trained again, and a checkpoint held it");
        }
    }

    private void add(Window window, long repeated, long atMost, long inOutage) {
        works.merge(window, new Work(repeated, atMost, inOutage), Work::plus);
    }

    private long steps(SessionEvent e) {
        return batches(e.getTrainExamples(), batch)
                + batches(e.getValidationExamples(), VALIDATION_BATCH);
    }

    private static long batches(long examples, int size) {
        return (examples + size - 1) / size;
    }

    private static long at(SessionEvent e) {
        return e.getAt().toEpochMilli();
    }

    /** What some of the faults cost together. */
    Work of(List<Window> some) {
        return some.stream()
                .map(window -> works.getOrDefault(window, Work.NONE))
                .reduce(Work.NONE, Work::plus);
    }

    /** Epochs that were done again though a complete checkpoint held them. */
    List<String> beyondOneInterval() {
        return List.copyOf(beyond);
    }

    /**
     * Steps.
     *
     * @param repeated done before the fault, and once more
     * @param atMost done between the beginning of the last checkpoint that was complete before the
     *     fault, and the fault: the interval that it broke off
     * @param inOutage done after the fault by tasks that had not noticed it, and once more
     */
    record Work(long repeated, long atMost, long inOutage) {
        static final Work NONE = new Work(0, 0, 0);

        Work plus(Work other) {
            return new Work(
                    repeated + other.repeated, atMost + other.atMost, inOutage + other.inOutage);
        }
    }

    /**
     * What a fault may cost: from the beginning of the last checkpoint that was complete before it,
     * until the job had recovered. In milliseconds of the epoch.
     *
     * @param checkpoint when that checkpoint began
     * @param fault when the fault happened
     * @param recovered when a checkpoint that had begun after the fault was complete, or the next
     *     fault came
     */
    record Window(long checkpoint, long fault, long recovered) {
        boolean before(SessionEvent event) {
            return at(event) >= checkpoint && at(event) <= fault;
        }

        boolean inOutage(SessionEvent event) {
            return at(event) > fault && at(event) <= recovered;
        }

        /** Milliseconds between that checkpoint and the fault. */
        long age() {
            return fault - checkpoint;
        }
    }
}
