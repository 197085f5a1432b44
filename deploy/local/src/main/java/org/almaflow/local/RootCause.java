package org.almaflow.local;

import org.apache.flink.util.SerializedThrowable;

/** What lies at the bottom of an exception. */
final class RootCause {
    private RootCause() {}

    /** The deepest cause, on one line. */
    static String sentence(Throwable thrown) {
        Throwable at = thrown;
        while (at.getCause() != null) {
            at = at.getCause();
        }
        boolean silent = at.getMessage() == null || at.getMessage().isBlank();
        return silent ? at.getClass().getSimpleName() + place(at) : described(at);
    }

    private static String place(Throwable thrown) {
        StackTraceElement[] stack = thrown.getStackTrace();
        for (StackTraceElement frame : stack) {
            if (frame.getClassName().startsWith("org.almaflow.")) {
                return " at " + frame;
            }
        }
        return stack.length == 0 ? "" : " at " + stack[0];
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
