package org.almaflow.learning.experiment;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import org.almaflow.learning.family.Averaging;
import org.almaflow.learning.family.Family;
import org.almaflow.learning.network.JointSpec.Joining;

/** Reads the keys of a learner that belong to its family. */
final class FamilyReader {
    /** Keys that some family has; a learner may have those of its own family only. */
    static final List<String> KEYS =
            List.of(
                    "k",
                    "experts",
                    "grow_every",
                    "copies",
                    "start",
                    "averaging",
                    "stop",
                    "logits",
                    "growth_rate",
                    "new_channels",
                    "epsilon",
                    "search_steps",
                    "score_steps");

    private static final int MOST = 10_000;

    /** The keys that each family has. */
    private static final Map<String, List<String>> KEYS_OF = new LinkedHashMap<>();

    static {
        KEYS_OF.put("SM", List.of());
        KEYS_OF.put("Ens", List.of("k", "averaging", "stop"));
        KEYS_OF.put("UMix", List.of("k", "logits"));
        KEYS_OF.put("gEns", List.of("start", "averaging"));
        KEYS_OF.put("MoE", List.of("experts"));
        KEYS_OF.put("gMoE", List.of("experts", "grow_every", "copies"));
        KEYS_OF.put(
                "FF",
                List.of(
                        "grow_every",
                        "growth_rate",
                        "new_channels",
                        "epsilon",
                        "search_steps",
                        "score_steps"));
    }

    private FamilyReader() {}

    /**
     * Reads a family.
     *
     * @param all the learner's keys, those of the defaults among them
     * @param own the learner's own keys: a default that is not this family's is passed over, an own
     *     key is an error
     */
    static Family read(Section all, Section own) {
        String label = all.choice("family", List.copyOf(KEYS_OF.keySet()), Function.identity());
        List<String> keys = KEYS_OF.get(label);
        for (String key : KEYS) {
            if (own.has(key) && !keys.contains(key)) {
                throw new ExperimentException(
                        "%s: %s has no such key; it has %s"
                                .formatted(
                                        own.path(key),
                                        label,
                                        keys.isEmpty() ? "none" : String.join(", ", keys)));
            }
        }
        return switch (label) {
            case "Ens" ->
                    new Family.Ensemble(
                            k(all), averaging(all, Averaging.PROBABILITIES), together(all));
            case "UMix" -> {
                if (tokens(all)) {
                    throw new ExperimentException(
                            "%s: UMix trains MLPs and VGGs; for a transformer use SM, Ens, gEns, MoE or gMoE"
                                    .formatted(all.path("family")));
                }
                yield new Family.UniformMixture(k(all), joining(all));
            }
            case "gEns" -> new Family.GrowingEnsemble(warm(all), averaging(all, Averaging.LOGITS));
            case "MoE" -> new Family.MixtureOfExperts(experts(all));
            case "gMoE" ->
                    new Family.GrowingMixture(experts(all), growEvery(all), copies(all, own));
            case "FF" -> firefly(all);
            default -> new Family.Single();
        };
    }

    private static Family firefly(Section s) {
        String network = s.section("network").text("type", "");
        if (!network.equalsIgnoreCase("vgg")) {
            throw new ExperimentException(
                    "%s: FF grows the channels of a convolutional network; network.type must be vgg, not '%s'"
                            .formatted(s.path("family"), network));
        }
        return new Family.FireFly(
                growEvery(s),
                s.positive("growth_rate", 0.6),
                (int) s.wholeNumber("new_channels", 0, MOST, 70),
                s.positive("epsilon", 0.001),
                (int) s.wholeNumber("search_steps", 0, MOST, 4),
                (int) s.wholeNumber("score_steps", 1, MOST, 2));
    }

    /** Whether the learner's network predicts tokens. */
    private static boolean tokens(Section s) {
        return s.section("network").text("type", "").equalsIgnoreCase("transformer");
    }

    private static int copies(Section all, Section own) {
        if (own.has("copies") && !tokens(all)) {
            throw new ExperimentException(
                    "%s: gMoE copies several experts in transformers only; leave it out"
                            .formatted(own.path("copies")));
        }
        return (int) all.wholeNumber("copies", 1, MOST, 1);
    }

    private static int growEvery(Section s) {
        return (int) s.wholeNumber("grow_every", 1, Integer.MAX_VALUE, 1);
    }

    private static int k(Section s) {
        return (int) s.wholeNumber("k", 1, MOST);
    }

    private static Joining joining(Section s) {
        return s.has("logits")
                ? s.choice(
                        "logits", List.of(Joining.values()), j -> j.name().toLowerCase(Locale.ROOT))
                : Joining.SUM;
    }

    private static int experts(Section s) {
        return (int) s.wholeNumber("experts", 1, MOST, 2);
    }

    private static boolean warm(Section s) {
        return !s.has("start")
                || s.choice("start", List.of("warm", "fresh"), Function.identity()).equals("warm");
    }

    private static boolean together(Section s) {
        return s.has("stop")
                && s.choice("stop", List.of("apart", "together"), Function.identity())
                        .equals("together");
    }

    /** Transformers average probabilities: of the target only, so that logits cannot be. */
    private static Averaging averaging(Section s, Averaging otherwise) {
        boolean tokens = tokens(s);
        Averaging chosen =
                s.has("averaging")
                        ? s.choice(
                                "averaging",
                                List.of(Averaging.values()),
                                a -> a.name().toLowerCase(Locale.ROOT))
                        : tokens ? Averaging.PROBABILITIES : otherwise;
        if (tokens && chosen == Averaging.LOGITS) {
            throw s.wrong("averaging", "probabilities for a transformer");
        }
        return chosen;
    }
}
