package org.almaflow.local;

import java.nio.file.Path;

/**
 * Where the log goes: nowhere, so that an error stays one line, unless a command, {@code --debug}
 * or {@code ALMA_LOGS=json} in the environment says otherwise. Takes effect only before the first
 * logger is made.
 */
final class Logs {
    private static final String LEVEL = "alma.log.level";
    private static final String FILE = "alma.log.file";
    private static final String APPEND = "alma.log.append";
    private static final String CONFIGURATION = "log4j2.configurationFile";

    private Logs() {}

    /** Whether the environment asks for the log, as JSON: that of a pod, say. */
    static boolean asked() {
        return "json".equals(System.getenv("ALMA_LOGS"));
    }

    static void toConsole() {
        System.setProperty(LEVEL, "info");
        System.setProperty(CONFIGURATION, "alma-log-console.xml");
    }

    static boolean onConsole() {
        return System.getProperty(LEVEL) != null;
    }

    /**
     * A log that is on the console stays there.
     *
     * @param append whether the file goes on where an earlier process ended
     */
    static void toFile(Path file, boolean append) {
        if (!onConsole()) {
            System.setProperty(FILE, file.toString());
            System.setProperty(APPEND, String.valueOf(append));
            System.setProperty(CONFIGURATION, "alma-log-file.xml");
        }
    }
}
