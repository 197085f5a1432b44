package org.almaflow.learning.experiment;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import org.almaflow.learning.waiting.Adaptive;
import org.almaflow.learning.waiting.AfterTime;
import org.almaflow.learning.waiting.AllOf;
import org.almaflow.learning.waiting.AnyOf;
import org.almaflow.learning.waiting.Budget;
import org.almaflow.learning.waiting.ErrorDriven;
import org.almaflow.learning.waiting.EveryChunks;
import org.almaflow.learning.waiting.EveryExamples;
import org.almaflow.learning.waiting.Geometric;
import org.almaflow.learning.waiting.TimeKind;
import org.almaflow.learning.waiting.WaitingPolicy;
import org.almaflow.learning.waiting.WarmUp;

/** Reads a {@code wait} section: the key of one policy, and {@code warm-up} beside it. */
final class WaitingReader {
    private static final String WARM_UP = "warm-up";
    private static final String CLOCK = "clock";

    /** What reads each policy from the section that has its key. */
    private static final Map<String, Function<Section, WaitingPolicy>> POLICIES =
            new LinkedHashMap<>();

    static {
        POLICIES.put("chunks", s -> new EveryChunks(count(s, "chunks")));
        POLICIES.put("examples", s -> new EveryExamples(count(s, "examples")));
        POLICIES.put("time", WaitingReader::time);
        POLICIES.put("any-of", s -> s.checked("any-of", v -> new AnyOf(parts(s, "any-of"))));
        POLICIES.put("all-of", s -> s.checked("all-of", v -> new AllOf(parts(s, "all-of"))));
        POLICIES.put("geometric", s -> s.checked("geometric", v -> new Geometric(number(v))));
        POLICIES.put("budget", s -> s.checked("budget", v -> new Budget(Counts.parse(v))));
        POLICIES.put("error-driven", s -> errorDriven(s.section("error-driven")));
        POLICIES.put("adaptive", s -> adaptive(s.section("adaptive")));
    }

    private WaitingReader() {}

    static WaitingPolicy read(Section wait) {
        List<String> known = new ArrayList<>(POLICIES.keySet());
        known.addAll(List.of(CLOCK, WARM_UP));
        wait.only(known.toArray(String[]::new));
        String key = wait.onlyKeyBut(CLOCK, WARM_UP);
        if (wait.has(CLOCK) && !key.equals("time")) {
            throw new ExperimentException(
                    "%s: only time has a clock, %s has none; leave it out"
                            .formatted(wait.path(CLOCK), key));
        }
        WaitingPolicy policy = POLICIES.get(key).apply(wait);
        return wait.has(WARM_UP) ? new WarmUp(count(wait, WARM_UP), policy) : policy;
    }

    private static long count(Section wait, String key) {
        return wait.wholeNumber(key, 1, Integer.MAX_VALUE);
    }

    private static WaitingPolicy time(Section wait) {
        TimeKind clock =
                wait.has(CLOCK)
                        ? wait.choice(
                                CLOCK,
                                List.of(TimeKind.PROCESSING, TimeKind.EVENT),
                                kind -> kind.name().toLowerCase(Locale.ROOT))
                        : TimeKind.PROCESSING;
        return wait.checked(
                "time",
                v -> {
                    Duration longest = Durations.parse(String.valueOf(v));
                    return new AfterTime(longest, clock);
                });
    }

    private static WaitingPolicy errorDriven(Section s) {
        double margin = s.only("margin").positive("margin", 0.01);
        if (margin >= 1) {
            throw s.wrong("margin", "less than 1, the largest error there is");
        }
        return new ErrorDriven(margin);
    }

    private static WaitingPolicy adaptive(Section s) {
        s.only("price", "horizon");
        return new Adaptive(
                s.number("price", 0, Double.MAX_VALUE, 0.01),
                s.wholeNumber("horizon", 1, Integer.MAX_VALUE, 0));
    }

    private static List<WaitingPolicy> parts(Section wait, String key) {
        return wait.sections(key).stream().map(WaitingReader::read).toList();
    }

    private static double number(Object value) {
        if (value instanceof Number n) {
            return n.doubleValue();
        }
        throw new IllegalArgumentException("must be a number, not '" + value + "'");
    }
}
