package org.almaflow.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds the reason in what Flink's REST interface answers to a request that failed. */
final class FlinkErrors {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern CAUSE = Pattern.compile("(?m)^Caused by: ([\\w.$]+): (.+)$");

    private FlinkErrors() {}

    /** One line. */
    static String reason(HttpResponse<String> answer) {
        String text = errors(answer.body());
        return text.isEmpty() ? "HTTP status " + answer.statusCode() : lastCause(text);
    }

    private static String errors(String body) {
        try {
            StringBuilder all = new StringBuilder();
            for (JsonNode error : JSON.readTree(body).path("errors")) {
                all.append(error.asText()).append('\n');
            }
            return all.toString().strip();
        } catch (IOException e) {
            return "";
        }
    }

    /**
     * Flink sends the whole stack; the last cause, and best one of ours, is what a person needs.
     */
    static String lastCause(String text) {
        Matcher cause = CAUSE.matcher(text);
        String found = null;
        String ours = null;
        while (cause.find()) {
            String name = cause.group(1);
            found = name.substring(name.lastIndexOf('.') + 1) + ": " + cause.group(2);
            ours = name.startsWith("org.almaflow.") ? cause.group(2) : ours;
        }
        if (ours != null) {
            return ours.strip();
        }
        return found == null ? text.lines().findFirst().orElse("").strip() : found.strip();
    }
}
