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

    /** Steps that were done again because of work lost in a window. */
    long steps(Window window) {
        return epochs.values().stream()
                .flatMap(copies -> copies.subList(0, copies.size() - 1).stream())
                .filter(window::holds)
                .mapToLong(this::steps)
                .sum();
    }

    private long steps(SessionEvent e) {
        return Math.ceilDiv(e.getTrainExamples(), (long) batch)
                + Math.ceilDiv(e.getValidationExamples(), (long) VALIDATION_BATCH);
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
     */
    record Window(long checkpoint, long recovered) {
        boolean holds(SessionEvent event) {
            long at = event.getAt().toEpochMilli();
            return at >= checkpoint && at <= recovered;
        }
    }
}
