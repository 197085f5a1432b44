package org.almaflow.learning.waiting;

import java.time.Duration;
import java.util.Map;
import java.util.OptionalLong;

/**
 * Trains when the oldest buffered chunk has waited for {@code longest}: no chunk waits longer.
 *
 * <p>On processing time a timer asks, so that it holds although nothing arrives; after a downtime
 * longer than that there is one session on all that is buffered, not one for each interval missed.
 * On event time it is decided at arrivals only, by the times at which the chunks arrived at the
 * stream: a backlog is parted into the same sessions as if there had been no downtime.
 */
public record AfterTime(Duration longest, TimeKind time) implements WaitingPolicy {
    public AfterTime {
        if (longest.toMillis() < 1) {
            throw new IllegalArgumentException(
                    "must be a time from 1ms, not " + longest.toNanos() + " ns");
        }
        if (time == TimeKind.NONE) {
            throw new IllegalArgumentException("must be of processing or of event time");
        }
    }

    @Override
    public Decision choose(WaitingView view) {
        long waited = Math.max(0, view.now() - view.oldestBufferedAt());
        return new Decision(
                view.bufferedChunks() > 0 && waited >= longest.toMillis(),
                "the oldest chunk has waited for %s of %s"
                        .formatted(text(Duration.ofMillis(waited)), text(longest)),
                Map.of("waited_ms", (double) waited));
    }

    @Override
    public OptionalLong wakeAt(WaitingView view) {
        long due = view.oldestBufferedAt() + longest.toMillis();
        boolean pending = view.bufferedChunks() > 0 && due > view.now();
        return pending && time == TimeKind.PROCESSING ? OptionalLong.of(due) : OptionalLong.empty();
    }

    @Override
    public String describe() {
        return "time: " + text(longest) + (time == TimeKind.EVENT ? ", clock: event" : "");
    }

    /** In the largest unit that has a whole number of it. */
    private static String text(Duration duration) {
        long millis = duration.toMillis();
        if (millis == 0 || millis % 1000 != 0) {
            return millis + "ms";
        }
        long seconds = millis / 1000;
        if (seconds % 60 != 0) {
            return seconds + "s";
        }
        return seconds % 3600 != 0 ? seconds / 60 + "m" : seconds / 3600 + "h";
    }
}
