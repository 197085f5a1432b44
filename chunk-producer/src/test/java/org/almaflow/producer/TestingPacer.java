package org.almaflow.producer;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Time that passes only while somebody waits, or when told. */
final class TestingPacer implements Pacer {

    final List<Duration> waits = new ArrayList<>();
    private Duration now = Duration.ofSeconds(-1000);

    @Override
    public Duration now() {
        return now;
    }

    @Override
    public void waitUntil(Duration moment) {
        Duration wait = moment.minus(now);
        waits.add(wait.isNegative() ? Duration.ZERO : wait);
        now = wait.isNegative() ? now : moment;
    }

    void pass(Duration time) {
        now = now.plus(time);
    }
}
