package org.almaflow.learning.experiment;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Reads the {@code stream} section. */
final class StreamReader {
    private StreamReader() {}

    static StreamSpec read(Section stream) {
        stream.only("name", "dataset", "label_column", "chunks", "seed", "loop", "arrival", "text");
        return new StreamSpec(
                ExperimentReader.name(stream, "name"),
                stream.text("dataset", ""),
                stream.text("label_column", ""),
                (int) stream.wholeNumber("chunks", 1, Integer.MAX_VALUE, 50),
                stream.wholeNumber("seed", 0, 0xFFFF_FFFFL, 432),
                stream.flag("loop", false),
                arrival(stream.sectionOrEmpty("arrival")),
                stream.has("text") ? Optional.of(text(stream.section("text"))) : Optional.empty());
    }

    private static TextSpec text(Section text) {
        text.only("tokens", "vocabulary", "sequence", "holdout");
        TextSpec.Tokens tokens =
                text.has("tokens")
                        ? text.choice(
                                "tokens", List.of(TextSpec.Tokens.values()), TextSpec.Tokens::label)
                        : TextSpec.Tokens.CHARACTERS;
        if (tokens == TextSpec.Tokens.CHARACTERS && text.has("vocabulary")) {
            throw text.wrong("vocabulary", "left out with tokens: characters, or tokens be bpe");
        }
        double holdout = text.number("holdout", 0, 0.9, 0.1);
        if (holdout == 0) {
            throw text.wrong("holdout", "a share greater than 0, such as 0.1");
        }
        return new TextSpec(
                tokens,
                (int) text.wholeNumber("vocabulary", 256, 1 << 20, 2048),
                (int) text.wholeNumber("sequence", 1, 1 << 16, 128),
                holdout);
    }

    private static Arrival arrival(Section arrival) {
        arrival.only("schedule", "interval", "timetable");
        Arrival.Schedule schedule =
                arrival.has("schedule")
                        ? arrival.choice(
                                "schedule",
                                List.of(Arrival.Schedule.values()),
                                Arrival.Schedule::label)
                        : defaultSchedule(arrival);
        boolean timed = schedule == Arrival.Schedule.FIXED || schedule == Arrival.Schedule.POISSON;
        Duration interval =
                timed
                        ? arrival.checked("interval", v -> Durations.parse(String.valueOf(v)))
                        : Duration.ZERO;
        String timetable = schedule == Arrival.Schedule.TIMETABLE ? arrival.text("timetable") : "";
        return new Arrival(schedule, interval, timetable);
    }

    private static Arrival.Schedule defaultSchedule(Section arrival) {
        if (arrival.has("timetable")) {
            return Arrival.Schedule.TIMETABLE;
        }
        return arrival.has("interval") ? Arrival.Schedule.FIXED : Arrival.Schedule.ASAP;
    }
}
