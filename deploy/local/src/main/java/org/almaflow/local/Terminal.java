package org.almaflow.local;

import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a command writes to.
 *
 * @param live whether lines can be drawn again in their place
 */
record Terminal(PrintWriter out, boolean live) {
    private static final Pattern SIZE = Pattern.compile("(\\d+) (\\d+)");
    private static final int DEFAULT_WIDTH = 80;
    private static final int PLAIN_WIDTH = 120;

    /** A terminal when standard output is one that understands ANSI codes. */
    static Terminal of(PrintWriter out) {
        String kind = System.getenv("TERM");
        boolean ansi = kind != null && !kind.isEmpty() && !kind.equals("dumb");
        return new Terminal(out, ansi && isTerminal());
    }

    private static boolean isTerminal() {
        try {
            return ended(
                            new ProcessBuilder("test", "-t", "1")
                                    .redirectOutput(ProcessBuilder.Redirect.INHERIT)
                                    .start())
                    == 0;
        } catch (IOException e) {
            return false;
        }
    }

    /** Columns there are now. */
    int width() {
        return live ? ask() : PLAIN_WIDTH;
    }

    private static int ask() {
        try {
            Process stty =
                    new ProcessBuilder("stty", "size").redirectInput(new File("/dev/tty")).start();
            String answer =
                    new String(stty.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            ended(stty);
            Matcher size = SIZE.matcher(answer.strip());
            int width = size.matches() ? Integer.parseInt(size.group(2)) : 0;
            return width < 20 ? DEFAULT_WIDTH : width;
        } catch (IOException e) {
            return DEFAULT_WIDTH;
        }
    }

    private static int ended(Process process) {
        try {
            return process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return -1;
        }
    }
}
