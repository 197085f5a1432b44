package org.almaflow.pipeline;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.util.TimeUtils;

/** Options as texts, read into their types. */
public record OptionText(Map<? extends Option, String> values) {
    private static final String KAFKA = "kafka.";
    private static final String FILE = "file:";

    private static final Pattern ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,99}");

    static final String UNLIMITED = "unlimited";
    static final String ALL = "all";

    /** Flink's limit for checkpoint intervals; shorter makes no sense for the others either. */
    private static final Duration SHORTEST = Duration.ofMillis(10);

    /** No network and its mini-batches fit into less. */
    private static final long LEAST_MEMORY = 64L << 20;

    /**
     * What a command line gives.
     *
     * @param kafka further properties of every Kafka client
     */
    public record Given<O extends Option>(Map<O, String> values, Map<String, String> kafka) {}

    /**
     * Reads {@code --key value} pairs.
     *
     * @throws JobOptionsException naming the option, the value and what would be right
     */
    public static <O extends Option> Given<O> read(O[] known, String... args) {
        Map<O, String> values = new LinkedHashMap<>();
        Map<String, String> kafka = new TreeMap<>();
        for (int i = 0; i < args.length; i += 2) {
            String key = key(args[i]);
            String value = value(args, i);
            String before =
                    key.startsWith(KAFKA)
                            ? kafka.put(key.substring(KAFKA.length()), value)
                            : values.put(option(known, key), value);
            if (before != null) {
                throw new JobOptionsException(
                        "option --%s is given twice ('%s' and '%s'); give it once"
                                .formatted(key, before, value));
            }
        }
        return new Given<>(values, kafka);
    }

    /** What {@link #read} reads as the same; an empty value is left out. */
    public static String[] write(Map<? extends Option, String> values, Map<String, String> kafka) {
        List<String> args = new ArrayList<>();
        values.forEach(
                (option, text) -> {
                    if (!text.isEmpty()) {
                        args.addAll(List.of("--" + option.key(), text));
                    }
                });
        new TreeMap<>(kafka)
                .forEach((name, text) -> args.addAll(List.of("--" + KAFKA + name, text)));
        return args.toArray(String[]::new);
    }

    private static String key(String arg) {
        if (!arg.startsWith("--") || arg.length() == 2) {
            throw new JobOptionsException(
                    "'%s' is not an option; options are written as --key value".formatted(arg));
        }
        return arg.substring(2);
    }

    private static String value(String[] args, int keyAt) {
        if (keyAt + 1 >= args.length) {
            throw new JobOptionsException(
                    "option %s has no value; write it as %s VALUE"
                            .formatted(args[keyAt], args[keyAt]));
        }
        return args[keyAt + 1];
    }

    private static <O extends Option> O option(O[] known, String key) {
        return Arrays.stream(known)
                .filter(o -> o.key().equals(key))
                .findFirst()
                .orElseThrow(() -> unknown(known, key));
    }

    private static JobOptionsException unknown(Option[] options, String key) {
        String known =
                Arrays.stream(options).map(o -> "--" + o.key()).collect(Collectors.joining(", "));
        return new JobOptionsException(
                "option --%s is not known; there are %s and --kafka.NAME".formatted(key, known));
    }

    public String required(Option option) {
        String value = values.getOrDefault(option, option.defaultValue());
        if (value == null || value.isBlank()) {
            throw new JobOptionsException(
                    "option --%s is missing; give it: %s"
                            .formatted(option.key(), option.description()));
        }
        return value;
    }

    /** The value, or the default, which may be empty. */
    String text(Option option) {
        return values.getOrDefault(option, option.defaultValue()).strip();
    }

    /** Values between commas; none when it is empty. */
    List<String> list(Option option) {
        return Arrays.stream(text(option).split(","))
                .map(String::strip)
                .filter(value -> !value.isEmpty())
                .toList();
    }

    /** Text in base64, or that of the file whose URI is given. */
    public String decoded(Option option) {
        String value = required(option);
        if (value.startsWith(FILE)) {
            return file(option, value);
        }
        try {
            return new String(Base64.getDecoder().decode(value), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw wrong(option, abbreviated(value), "base64 text, or a file as file:///...");
        }
    }

    private static String file(Option option, String uri) {
        try {
            return Files.readString(Path.of(URI.create(uri)));
        } catch (IOException | IllegalArgumentException e) {
            throw wrong(option, uri, "a file that the JobManager can read");
        }
    }

    public String id(Option option) {
        String value = required(option);
        if (!ID.matcher(value).matches()) {
            throw wrong(
                    option,
                    value,
                    "up to 100 letters, digits, '.', '_' and '-', beginning with a letter or"
                            + " digit");
        }
        return value;
    }

    public URI uri(Option option) {
        String value = required(option);
        try {
            URI uri = new URI(value);
            if (uri.getScheme() != null) {
                return uri;
            }
        } catch (URISyntaxException e) {
            throw wrong(option, value, "a URI such as file:///data/alma");
        }
        throw wrong(option, value, "a URI with a scheme, such as file:///data/alma");
    }

    public boolean flag(Option option) {
        String value = required(option);
        if (!value.equals("true") && !value.equals("false")) {
            throw wrong(option, value, "true or false");
        }
        return value.equals("true");
    }

    public int count(Option option) {
        return count(option, "a whole number from 1");
    }

    /** As {@link #count}, or the number of one of the {@code words}. */
    int countOr(Map<String, Integer> words, Option option) {
        Integer number = words.get(required(option));
        return number == null
                ? count(option, "a whole number from 1, or " + String.join(" or ", words.keySet()))
                : number;
    }

    private int count(Option option, String right) {
        String value = required(option);
        try {
            int count = Integer.parseInt(value);
            if (count > 0) {
                return count;
            }
        } catch (NumberFormatException e) {
            throw wrong(option, value, right);
        }
        throw wrong(option, value, right);
    }

    /** A count, or null for a word. */
    Integer countOr(Option option, String word) {
        if (required(option).equals(word)) {
            return null;
        }
        try {
            return count(option);
        } catch (JobOptionsException e) {
            String right = "a whole number from 1, or '%s'".formatted(word);
            throw wrong(option, required(option), right);
        }
    }

    /** A count; {@link Integer#MAX_VALUE} for {@value #ALL}. */
    int countOrAll(Option option) {
        return required(option).equals(ALL) ? Integer.MAX_VALUE : count(option);
    }

    /** Bytes; 0 for {@value #UNLIMITED}. */
    long memory(Option option) {
        String value = required(option);
        if (value.equals(UNLIMITED)) {
            return 0;
        }
        String right = "a size such as 512m or 2g, 64m or more, or " + UNLIMITED;
        try {
            long bytes = MemorySize.parse(value).getBytes();
            if (bytes >= LEAST_MEMORY) {
                return bytes;
            }
        } catch (IllegalArgumentException e) {
            throw wrong(option, value, right);
        }
        throw wrong(option, value, right);
    }

    public Duration duration(Option option) {
        return duration(option, SHORTEST);
    }

    /** A duration of {@code shortest} or more. */
    public Duration duration(Option option, Duration shortest) {
        String value = required(option);
        try {
            Duration duration = TimeUtils.parseDuration(value);
            if (duration.compareTo(shortest) >= 0) {
                return duration;
            }
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw wrong(option, value, "a duration such as 500 ms, 10 s or 5 min");
        }
        throw wrong(option, value, "a duration of %d ms or more".formatted(shortest.toMillis()));
    }

    private static JobOptionsException wrong(Option option, String value, String right) {
        return new JobOptionsException(
                "option --%s is '%s'; it must be %s".formatted(option.key(), value, right));
    }

    private static String abbreviated(String value) {
        return value.length() <= 40 ? value : value.substring(0, 40) + "...";
    }
}
