package org.almaflow.pipeline;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.util.TimeUtils;

/** Options as texts, read into their types. */
record OptionText(Map<JobOption, String> values) {
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,99}");

    static final String UNLIMITED = "unlimited";
    static final String ALL = "all";

    /** Flink's limit for checkpoint intervals; shorter makes no sense for the others either. */
    private static final Duration SHORTEST = Duration.ofMillis(10);

    /** No network and its mini-batches fit into less. */
    private static final long LEAST_MEMORY = 64L << 20;

    static String key(String arg) {
        if (!arg.startsWith("--") || arg.length() == 2) {
            throw new JobOptionsException(
                    "'%s' is not an option; options are written as --key value".formatted(arg));
        }
        return arg.substring(2);
    }

    static String value(String[] args, int keyAt) {
        if (keyAt + 1 >= args.length) {
            throw new JobOptionsException(
                    "option %s has no value; write it as %s VALUE"
                            .formatted(args[keyAt], args[keyAt]));
        }
        return args[keyAt + 1];
    }

    static JobOption option(String key) {
        return Arrays.stream(JobOption.values())
                .filter(o -> o.key().equals(key))
                .findFirst()
                .orElseThrow(() -> unknown(key));
    }

    private static JobOptionsException unknown(String key) {
        String known =
                Arrays.stream(JobOption.values())
                        .map(o -> "--" + o.key())
                        .collect(Collectors.joining(", "));
        return new JobOptionsException(
                "option --%s is not known; there are %s and --kafka.NAME".formatted(key, known));
    }

    String required(JobOption option) {
        String value = values.getOrDefault(option, option.defaultValue());
        if (value == null || value.isBlank()) {
            throw new JobOptionsException(
                    "option --%s is missing; give it: %s"
                            .formatted(option.key(), option.description()));
        }
        return value;
    }

    /** The value, or the default, which may be empty. */
    String text(JobOption option) {
        return values.getOrDefault(option, option.defaultValue()).strip();
    }

    /** Values between commas; none when it is empty. */
    List<String> list(JobOption option) {
        return Arrays.stream(text(option).split(","))
                .map(String::strip)
                .filter(value -> !value.isEmpty())
                .toList();
    }

    String decoded(JobOption option) {
        String value = required(option);
        try {
            return new String(Base64.getDecoder().decode(value), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw wrong(option, abbreviated(value), "base64 text");
        }
    }

    String id(JobOption option) {
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

    URI uri(JobOption option) {
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

    boolean flag(JobOption option) {
        String value = required(option);
        if (!value.equals("true") && !value.equals("false")) {
            throw wrong(option, value, "true or false");
        }
        return value.equals("true");
    }

    int count(JobOption option) {
        return count(option, "a whole number from 1");
    }

    /** As {@link #count}, or {@code number} for one {@code word}. */
    int countOr(String word, int number, JobOption option) {
        return required(option).equals(word)
                ? number
                : count(option, "a whole number from 1, or " + word);
    }

    private int count(JobOption option, String right) {
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
    Integer countOr(JobOption option, String word) {
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
    int countOrAll(JobOption option) {
        return required(option).equals(ALL) ? Integer.MAX_VALUE : count(option);
    }

    /** Bytes; 0 for {@value #UNLIMITED}. */
    long memory(JobOption option) {
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

    Duration duration(JobOption option) {
        String value = required(option);
        try {
            Duration duration = TimeUtils.parseDuration(value);
            if (duration.compareTo(SHORTEST) >= 0) {
                return duration;
            }
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw wrong(option, value, "a duration such as 500 ms, 10 s or 5 min");
        }
        throw wrong(option, value, "a duration of 10 ms or more");
    }

    private static JobOptionsException wrong(JobOption option, String value, String right) {
        return new JobOptionsException(
                "option --%s is '%s'; it must be %s".formatted(option.key(), value, right));
    }

    private static String abbreviated(String value) {
        return value.length() <= 40 ? value : value.substring(0, 40) + "...";
    }
}
