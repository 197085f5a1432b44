package org.almaflow.learning.experiment;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Expands an entry of {@code sweep} into learners: every key of a learner whose value is a list is
 * varied, every combination becomes a learner. Keys of {@code training} are varied as {@code
 * training.KEY}. A family with keys of its own is a mapping in the list.
 */
final class Sweep {
    /** Learners of an experiment at most. */
    static final int MOST = 200;

    private static final Pattern PLACEHOLDER = Pattern.compile("\\{([^{}]*)}");

    /** A minus before a number, not a dash in a word or an exponent. */
    private static final Pattern MINUS = Pattern.compile("(?<![A-Za-z0-9._])-(?=[0-9.])");

    private final Section section;
    private final Map<String, List<Object>> varied = new LinkedHashMap<>();

    private Sweep(Section section) {
        this.section = section;
        section.values()
                .forEach(
                        (key, value) -> {
                            if (key.equals("training") && value instanceof Map<?, ?>) {
                                section.section(key)
                                        .values()
                                        .forEach((k, v) -> vary(key + "." + k, v));
                            } else {
                                vary(key, value);
                            }
                        });
    }

    private void vary(String key, Object value) {
        if (value instanceof List<?> list) {
            if (list.isEmpty()) {
                throw new ExperimentException(
                        section.path(key) + ": [] is empty; list a value or leave the key out");
            }
            varied.put(key, new ArrayList<>(list));
        }
    }

    /**
     * The learners of an entry, as sections that an entry of {@code learners} could be.
     *
     * @param room learners that the experiment may still have
     */
    static List<Section> expand(Section section, int room) {
        Sweep sweep = new Sweep(section);
        sweep.checkCount(room);
        String template = section.text("id", sweep.plainTemplate());
        sweep.checkTemplate(template);
        List<Map<String, Object>> choices = List.of(Map.of());
        for (Map.Entry<String, List<Object>> dimension : sweep.varied.entrySet()) {
            choices = times(choices, dimension.getKey(), dimension.getValue());
        }
        return choices.stream().map(choice -> sweep.learner(template, choice)).toList();
    }

    private void checkCount(int room) {
        double count = varied.values().stream().mapToDouble(List::size).reduce(1, (a, b) -> a * b);
        if (count > room) {
            throw new ExperimentException(
                    "%s: %s = %.0f learners, and an experiment has %d at most; shorten a list or part the experiment"
                            .formatted(
                                    section.path(),
                                    varied.values().stream()
                                            .map(v -> String.valueOf(v.size()))
                                            .collect(Collectors.joining(" × ")),
                                    count,
                                    MOST));
        }
    }

    private String plainTemplate() {
        if (varied.isEmpty()) {
            throw new ExperimentException(
                    section.path() + " varies nothing; make the value of a key a list");
        }
        return varied.keySet().stream().map(k -> "{" + k + "}").collect(Collectors.joining("-"));
    }

    /** Every varied key must be in the id, or ids would not differ. */
    private void checkTemplate(String template) {
        List<String> named = PLACEHOLDER.matcher(template).results().map(m -> m.group(1)).toList();
        for (String name : named) {
            if (!varied.containsKey(name)) {
                throw new ExperimentException(
                        "%s: '%s' has {%s}, which is not varied here; varied are %s"
                                .formatted(section.path("id"), template, name, varied.keySet()));
            }
        }
        varied.forEach(
                (key, values) -> {
                    if (values.size() > 1 && !named.contains(key)) {
                        throw new ExperimentException(
                                "%s: '%s' is the same for every %s; add {%s}"
                                        .formatted(section.path("id"), template, key, key));
                    }
                });
    }

    private static List<Map<String, Object>> times(
            List<Map<String, Object>> choices, String key, List<Object> values) {
        List<Map<String, Object>> product = new ArrayList<>();
        for (Map<String, Object> choice : choices) {
            for (Object value : values) {
                Map<String, Object> longer = new LinkedHashMap<>(choice);
                longer.put(key, value);
                product.add(longer);
            }
        }
        return product;
    }

    private Section learner(String template, Map<String, Object> choice) {
        Map<String, Object> learner = new LinkedHashMap<>(section.values());
        Map<String, Object> training = new LinkedHashMap<>();
        if (section.has("training")) {
            training.putAll(section.section("training").values());
        }
        choice.forEach(
                (key, value) -> {
                    if (key.startsWith("training.")) {
                        training.put(key.substring("training.".length()), value);
                    } else if (key.equals("family") && value instanceof Map<?, ?> family) {
                        family.forEach((k, v) -> learner.put(String.valueOf(k), v));
                    } else {
                        learner.put(key, value);
                    }
                });
        if (!training.isEmpty()) {
            learner.put("training", training);
        }
        learner.put("id", id(template, choice));
        return Section.of(section.path(), learner);
    }

    private static String id(String template, Map<String, Object> choice) {
        return PLACEHOLDER
                .matcher(template)
                .replaceAll(
                        m -> Matcher.quoteReplacement(label(m.group(1), choice.get(m.group(1)))));
    }

    /**
     * A value in an id: {@code chunks-5}, {@code mlp-64-64}, {@code Ens-4}, {@code 0.5}, {@code
     * minus-1}, since other dashes part values and no id begins with one.
     */
    private static String label(String key, Object value) {
        String text =
                value instanceof Map<?, ?> map && !key.equals("wait")
                        ? String.valueOf(map.values())
                        : String.valueOf(value);
        return MINUS.matcher(text)
                .replaceAll("minus-")
                .replaceAll("[^A-Za-z0-9._]+", "-")
                .replaceAll("^-|-$", "");
    }
}
