package org.almaflow.learning.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The process of peer.py. Close ends it. */
final class Peer implements AutoCloseable {
    private final Process process;
    private final BufferedReader answers;
    private final String description;

    /** Starts it on the cores of this process. */
    Peer(String python, String script) {
        try {
            process =
                    new ProcessBuilder(List.of(python, script))
                            .redirectError(ProcessBuilder.Redirect.INHERIT)
                            .start();
            answers = process.inputReader(StandardCharsets.UTF_8);
            description = answer("its start");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String description() {
        return description;
    }

    /**
     * What peer.py measures: seconds that the requested work took, without what happens between
     * sessions, or of {@code rate} the examples a second.
     */
    double ask(String request) {
        try {
            process.getOutputStream().write((request + "\n").getBytes(StandardCharsets.UTF_8));
            process.getOutputStream().flush();
            return Double.parseDouble(answer(request));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String answer(String request) throws IOException {
        String answer = answers.readLine();
        if (answer == null) {
            throw new IllegalStateException("peer.py ended at: " + request);
        }
        return answer;
    }

    @Override
    public void close() {
        process.destroy();
    }
}
