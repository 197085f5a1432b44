package org.almaflow.tests.faults;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
    private final Map<String, List<SessionEvent>> epochs = new LinkedHashMap<>();

    /**
     * @param log every session event, in order
     * @param batch training examples of a step
     */
    RepeatedWork(List<SessionEvent> log, int batch) {
        this.batch = batch;
        for (SessionEvent e : log) {
            if (e.getPhase() == SessionPhase.EPOCH) {
                String epoch =
                        "%s/%d session %d epoch %d"
                                .formatted(
                                        e.getLearner(),
                                        e.getMember(),
                                        e.getSession(),
                                        e.getEpoch());
                epochs.computeIfAbsent(epoch, k -> new ArrayList<>()).add(e);
            }
        }
    }

    /** Steps that were done after the checkpoint and before the fault, and once more. */
    long stepsBefore(Window window) {
        return steps(new Window(window.checkpoint(), window.fault(), window.fault()));
    }

    /** Steps that were done by what still ran between the fault and the recovery, and once more. */
    long stepsAfter(Window window) {
        return steps(new Window(window.fault() + 1, window.fault(), window.recovered()));
    }

    private long steps(Window window) {
        return epochs.values().stream()
                .flatMap(copies -> copies.subList(0, copies.size() - 1).stream())
                .filter(window::holds)
                .mapToLong(this::steps)
                .sum();
    }

    private long steps(SessionEvent e) {
        return batches(e.getTrainExamples(), batch)
                + batches(e.getValidationExamples(), VALIDATION_BATCH);
    }

    private static long batches(long examples, int size) {
        return (examples + size - 1) / size;
    }

    /** Epochs that were done again though a complete checkpoint held them. */
    List<String> beyondOneInterval(List<Window> windows) {
        List<String> found = new ArrayList<>();
        epochs.forEach(
                (epoch, copies) -> {
                    for (SessionEvent lost : copies.subList(0, copies.size() - 1)) {
                        if (windows.stream().noneMatch(w -> w.holds(lost))) {
                            found.add(epoch + " was trained again, and a checkpoint held it");
                        }
                    }
                });
        return found;
    }

    /**
     * What a fault may cost: from the beginning of the last checkpoint that was complete before it,
     * until the job had recovered. In milliseconds of the epoch.
     *
     * @param checkpoint when that checkpoint began
     * @param fault when the fault happened
     * @param recovered when a checkpoint that had begun after the fault was complete
     */
    record Window(long checkpoint, long fault, long recovered) {
        boolean holds(SessionEvent event) {
            long at = event.getAt().toEpochMilli();
            return at >= checkpoint && at <= recovered;
        }
    }
}
