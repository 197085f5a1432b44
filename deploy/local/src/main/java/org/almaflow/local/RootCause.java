package org.almaflow.local;

import org.apache.flink.util.SerializedThrowable;

/** What lies at the bottom of an exception. */
final class RootCause {
    private RootCause() {}

    /** The deepest cause that says something, on one line. */
    static String sentence(Throwable thrown) {
        String found = null;
        for (Throwable at = thrown; at != null; at = at.getCause()) {
            if (at.getMessage() != null && !at.getMessage().isBlank()) {
                found = described(at);
            }
        }
        return found == null ? thrown.getClass().getSimpleName() : found;
    }

    /** Exceptions of this project speak in sentences; others need their name to be understood. */
    private static String described(Throwable thrown) {
        String name =
                thrown instanceof SerializedThrowable serialized
                        ? serialized.getOriginalErrorClassName()
                        : thrown.getClass().getName();
        String message = ErrorLine.oneLine(thrown.getMessage());
        String simple = name.substring(name.lastIndexOf('.') + 1);
        boolean spoken = name.startsWith("org.almaflow.") || message.startsWith(name);
        return spoken ? message.replace(name + ": ", "") : simple + ": " + message;
    }
}
