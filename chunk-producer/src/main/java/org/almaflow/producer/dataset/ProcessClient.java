package org.almaflow.producer.dataset;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Package clients as processes of this machine. Their output goes to a file in their folder and is
 * shown only when they fail; they and their children are ended when they take too long or the
 * calling thread is interrupted.
 */
record ProcessClient(Duration timeout) implements PackageClient {
    private static final int LONGEST_REASON = 300;

    @Override
    public void run(Path folder, List<String> command) throws IOException, InterruptedException {
        Path output = Files.createTempFile(folder, "client-", ".log");
        Process process = start(folder, command, output);
        try {
            if (!process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new IOException(
                        "%s took longer than %s"
                                .formatted(command.get(0), Download.seconds(timeout)));
            }
        } finally {
            end(process);
        }
        if (process.exitValue() != 0) {
            throw new IOException(
                    "%s ended with code %d: %s"
                            .formatted(command.get(0), process.exitValue(), reason(output)));
        }
    }

    private static Process start(Path folder, List<String> command, Path output)
            throws IOException {
        ProcessBuilder builder =
                new ProcessBuilder(command)
                        .directory(folder.toFile())
                        .redirectErrorStream(true)
                        .redirectInput(new File("/dev/null"))
                        .redirectOutput(output.toFile());
        builder.environment().put("LC_ALL", "C");
        try {
            return builder.start();
        } catch (IOException e) {
            throw new IOException(command.get(0) + " is not installed or cannot be started", e);
        }
    }

    private static void end(Process process) {
        if (process.isAlive()) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }

    /** The lines in which npm, apt-get or dpkg say what is wrong; else the last line. */
    private static String reason(Path output) throws IOException {
        List<String> lines =
                new String(Files.readAllBytes(output), StandardCharsets.UTF_8)
                        .lines()
                        .map(String::strip)
                        .filter(line -> !line.isEmpty())
                        .toList();
        List<String> errors =
                lines.stream()
                        .filter(line -> line.matches("(npm (error|ERR!)|E:|dpkg.*error).*"))
                        .map(line -> line.replaceFirst("^(npm (error|ERR!)|E:)\\s*", ""))
                        .limit(3)
                        .toList();
        String reason =
                errors.isEmpty()
                        ? lines.isEmpty() ? "it said nothing" : lines.get(lines.size() - 1)
                        : String.join(" / ", errors);
        return reason.length() <= LONGEST_REASON ? reason : reason.substring(0, LONGEST_REASON);
    }
}
