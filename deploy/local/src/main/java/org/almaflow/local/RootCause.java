package org.almaflow.local;

import org.apache.flink.util.SerializedThrowable;

/** What lies at the bottom of an exception. */
final class RootCause {
    private RootCause() {}

    /** The deepest cause of this project that says something, else the deepest; on one line. */
    static String sentence(Throwable thrown) {
        Throwable deepest = thrown;
        Throwable ours = null;
        for (Throwable at = thrown; at != null; at = at.getCause()) {
            deepest = at;
            ours = isOurs(at) && !isSilent(at) ? at : ours;
        }
        if (ours != null) {
            return described(ours);
        }
        return isSilent(deepest) ? name(deepest) + place(deepest) : described(deepest);
    }

    private static boolean isSilent(Throwable thrown) {
        return thrown.getMessage() == null || thrown.getMessage().isBlank();
    }

    private static boolean isOurs(Throwable thrown) {
        return className(thrown).startsWith("org.almaflow.");
    }

    private static String className(Throwable thrown) {
        return thrown instanceof SerializedThrowable serialized
                ? serialized.getOriginalErrorClassName()
                : thrown.getClass().getName();
    }

    private static String name(Throwable thrown) {
        String name = className(thrown);
        return name.substring(name.lastIndexOf('.') + 1);
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
        String message =
                ErrorLine.oneLine(thrown.getMessage()).replace(className(thrown) + ": ", "");
        return isOurs(thrown) ? message : name(thrown) + ": " + message;
    }
}
