package org.almaflow.local;

import java.time.Duration;
import org.almaflow.learning.experiment.Durations;
import picocli.CommandLine.ITypeConverter;

/** Reads time spans as options write them, which is as experiments write them. */
final class Spans implements ITypeConverter<Duration> {
    @Override
    public Duration convert(String text) {
        try {
            return Durations.parse(text);
        } catch (IllegalArgumentException e) {
            throw new UsageException(e.getMessage(), e);
        }
    }
}
