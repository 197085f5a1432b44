package org.almaflow.local;

import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.List;
import java.util.function.Function;
import org.almaflow.learning.experiment.Durations;
import picocli.CommandLine.ITypeConverter;

/** Reads a moment: a time in ISO 8601, or how long ago it was. */
final class Since implements ITypeConverter<Instant> {
    private final Clock clock;
    private final List<Function<String, Instant>> forms;

    Since() {
        this(Clock.system(ZoneId.systemDefault()));
    }

    Since(Clock clock) {
        this.clock = clock;
        ZoneId zone = clock.getZone();
        this.forms =
                List.of(
                        text -> OffsetDateTime.parse(text).toInstant(),
                        text -> LocalDateTime.parse(text).atZone(zone).toInstant());
    }

    @Override
    public Instant convert(String text) {
        for (Function<String, Instant> form : forms) {
            try {
                return form.apply(text.strip());
            } catch (DateTimeException e) {
                // perhaps another form
            }
        }
        return clock.instant().minus(ago(text));
    }

    private static Duration ago(String text) {
        try {
            return Durations.parse(text);
        } catch (IllegalArgumentException e) {
            throw new UsageException(
                    "'%s' is neither a time such as 2026-01-31T12:00:00Z nor a duration such as 10m"
                            .formatted(text),
                    e);
        }
    }
}
