package org.almaflow.learning.experiment;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Function;
import org.apache.commons.text.similarity.LevenshteinDistance;

/**
 * A mapping of an experiment file that knows its path, so that every error names the key and the
 * value. Optional values take a default; unknown keys are refused by {@link #only}.
 */
final class Section {
    private static final LevenshteinDistance EDITS = LevenshteinDistance.getDefaultInstance();

    private final String path;
    private final Map<String, Object> values;

    private Section(String path, Map<String, Object> values) {
        this.path = path;
        this.values = values;
    }

    static Section of(String path, Object value) {
        if (!(value instanceof Map<?, ?> map)) {
            throw new ExperimentException(
                    path + " must be a mapping of keys to values, not " + show(value));
        }
        Map<String, Object> values = new LinkedHashMap<>();
        map.forEach((k, v) -> values.put(String.valueOf(k), v));
        return new Section(path, values);
    }

    /** This section with the values of {@code over} in the place of its own. */
    Section overlaidBy(Section over) {
        Map<String, Object> merged = new LinkedHashMap<>(values);
        merged.putAll(over.values);
        return new Section(over.path, merged);
    }

    /** Refuses keys other than {@code known}. */
    Section only(String... known) {
        for (String key : values.keySet()) {
            if (!Arrays.asList(known).contains(key)) {
                throw new ExperimentException(
                        "%s: unknown key%s; known here: %s"
                                .formatted(
                                        path(key),
                                        suggestion(key, List.of(known)),
                                        String.join(", ", new TreeSet<>(List.of(known)))));
            }
        }
        return this;
    }

    boolean has(String key) {
        return values.get(key) != null;
    }

    String path(String key) {
        return path.isEmpty() ? key : path + "." + key;
    }

    /**
     * The only key of this section, for a closed choice such as a waiting policy.
     *
     * @param aside keys that may stand beside it
     */
    String onlyKeyBut(String... aside) {
        List<String> keys =
                values.keySet().stream().filter(k -> !Arrays.asList(aside).contains(k)).toList();
        if (keys.size() != 1) {
            throw new ExperimentException(
                    "%s must have exactly one key%s, not %s"
                            .formatted(
                                    path,
                                    aside.length == 0
                                            ? ""
                                            : " beside " + String.join(" and ", aside),
                                    keys));
        }
        return keys.get(0);
    }

    Section section(String key) {
        return of(path(key), required(key));
    }

    Section sectionOrEmpty(String key) {
        return has(key) ? section(key) : new Section(path(key), Map.of());
    }

    List<Object> list(String key) {
        Object value = required(key);
        if (!(value instanceof List<?> list)) {
            throw wrong(key, "a list");
        }
        return new ArrayList<>(list);
    }

    /** The mappings of a list. */
    List<Section> sections(String key) {
        List<Object> items = list(key);
        List<Section> sections = new ArrayList<>();
        for (int i = 0; i < items.size(); i++) {
            sections.add(of(path(key) + "[" + i + "]", items.get(i)));
        }
        return sections;
    }

    List<Integer> wholeNumbers(String key, int least) {
        List<Integer> numbers = new ArrayList<>();
        for (Object item : list(key)) {
            if (!(item instanceof Integer n) || n < least) {
                throw wrong(key, "a list of whole numbers from " + least);
            }
            numbers.add(n);
        }
        return numbers;
    }

    String text(String key) {
        Object value = required(key);
        if (value instanceof Map || value instanceof List) {
            throw wrong(key, "a text");
        }
        return String.valueOf(value);
    }

    String text(String key, String otherwise) {
        return has(key) ? text(key) : otherwise;
    }

    long wholeNumber(String key, long least, long most) {
        Object value = required(key);
        boolean whole = value instanceof Integer || value instanceof Long;
        if (!whole || ((Number) value).longValue() < least || ((Number) value).longValue() > most) {
            throw wrong(
                    key,
                    "a whole number "
                            + (most == Integer.MAX_VALUE || most == Long.MAX_VALUE
                                    ? (least == Long.MIN_VALUE ? "" : "from " + least)
                                    : "from " + least + " to " + most));
        }
        return ((Number) value).longValue();
    }

    long wholeNumber(String key, long least, long most, long otherwise) {
        return has(key) ? wholeNumber(key, least, most) : otherwise;
    }

    /** A number in [least, most]. */
    double number(String key, double least, double most, double otherwise) {
        if (!has(key)) {
            return otherwise;
        }
        double number = toDouble(values.get(key));
        if (!(number >= least && number <= most)) {
            throw wrong(
                    key,
                    most == Double.MAX_VALUE
                            ? "a number from " + least
                            : "a number from " + least + " to " + most);
        }
        return number;
    }

    /** A number greater than 0. */
    double positive(String key, double otherwise) {
        if (!has(key)) {
            return otherwise;
        }
        double number = toDouble(values.get(key));
        if (!(number > 0) || Double.isInfinite(number)) {
            throw wrong(key, "a number greater than 0");
        }
        return number;
    }

    boolean flag(String key, boolean otherwise) {
        if (!has(key)) {
            return otherwise;
        }
        if (!(values.get(key) instanceof Boolean flag)) {
            throw wrong(key, "true or false");
        }
        return flag;
    }

    /** One of the choices, compared without case. */
    <T> T choice(String key, List<T> choices, Function<T, String> label) {
        String text = text(key);
        return choices.stream()
                .filter(c -> label.apply(c).equalsIgnoreCase(text))
                .findFirst()
                .orElseThrow(
                        () -> {
                            List<String> labels = choices.stream().map(label).toList();
                            return new ExperimentException(
                                    "%s: '%s' is not one of %s%s"
                                            .formatted(
                                                    path(key),
                                                    text,
                                                    String.join(", ", labels),
                                                    suggestion(text, labels)));
                        });
    }

    /**
     * Runs {@code make}; an {@link IllegalArgumentException} becomes an error about {@code key}.
     */
    <T> T checked(String key, Function<Object, T> make) {
        Object value = required(key);
        try {
            return make.apply(value);
        } catch (IllegalArgumentException e) {
            throw new ExperimentException(path(key) + ": " + e.getMessage(), e);
        }
    }

    ExperimentException wrong(String key, String right) {
        return new ExperimentException(
                "%s: %s is not right; it must be %s"
                        .formatted(path(key), show(values.get(key)), right));
    }

    private Object required(String key) {
        if (!has(key)) {
            throw new ExperimentException(path(key) + " is missing");
        }
        return values.get(key);
    }

    private static double toDouble(Object value) {
        if (value instanceof Number n) {
            return n.doubleValue();
        }
        try { // YAML 1.1 reads 1e-6 (without a dot) as text
            return value instanceof String s ? Double.parseDouble(s) : Double.NaN;
        } catch (NumberFormatException e) {
            return Double.NaN;
        }
    }

    private static String show(Object value) {
        String text = value instanceof String s ? "'" + s + "'" : String.valueOf(value);
        return text.length() > 60 ? text.substring(0, 57) + "..." : text;
    }

    private static String suggestion(String wrong, List<String> known) {
        return known.stream()
                .min(Comparator.comparingInt(k -> EDITS.apply(wrong, k)))
                .filter(k -> EDITS.apply(wrong, k) <= Math.max(1, k.length() / 3))
                .map(k -> " (did you mean '" + k + "'?)")
                .orElse("");
    }
}
