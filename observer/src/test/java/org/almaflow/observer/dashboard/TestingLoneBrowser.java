package org.almaflow.observer.dashboard;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A page in a Chromium of its own, as people have it: without a driver and without developer tools,
 * whose record of the network keeps the body of every response, and so of a stream that never ends.
 * Nobody can ask the page anything; its server knows what it took. Closing it ends the processes.
 */
final class TestingLoneBrowser implements AutoCloseable {
    private final Process process;

    private TestingLoneBrowser(Process process) {
        this.process = process;
    }

    /** Memory of the page's process, in bytes, and the time that it has computed. */
    record Usage(long own, long share, Duration computed) {
        /** What it has for itself, and its share of what processes have together. */
        long all() {
            return own + share;
        }
    }

    /** Opens the page; the browser's profile goes into the folder. */
    static TestingLoneBrowser open(URI page, int width, int height, Path profile)
            throws IOException {
        List<String> command = new ArrayList<>();
        command.add(TestingBrowser.chromium());
        command.addAll(TestingBrowser.arguments(profile));
        command.add("--window-size=%d,%d".formatted(width, height));
        command.add(page.toString());
        return new TestingLoneBrowser(
                new ProcessBuilder(command)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start());
    }

    /** Of the largest of the processes that draw pages: the browser keeps a spare one. */
    Usage usage() throws IOException {
        List<Usage> all = new ArrayList<>();
        for (ProcessHandle each : process.descendants().toList()) {
            Path folder = Path.of("/proc", String.valueOf(each.pid()));
            if (each.isAlive()
                    && Files.readString(folder.resolve("cmdline")).contains("--type=renderer")) {
                all.add(usage(each, folder.resolve("smaps_rollup")));
            }
        }
        return all.stream()
                .max(Comparator.comparing(Usage::all))
                .orElseThrow(() -> new IOException("no process of Chromium draws a page"));
    }

    private static Usage usage(ProcessHandle of, Path rollup) throws IOException {
        long own = 0;
        long all = 0;
        for (String line : Files.readAllLines(rollup)) {
            if (line.startsWith("Private_")) {
                own += bytes(line);
            } else if (line.startsWith("Pss:")) {
                all = bytes(line);
            }
        }
        return new Usage(own, all - own, of.info().totalCpuDuration().orElse(Duration.ZERO));
    }

    private static long bytes(String line) {
        return 1024 * Long.parseLong(line.replaceAll("\\D", ""));
    }

    @Override
    public void close() {
        try (Stream<ProcessHandle> others = process.descendants()) {
            List<ProcessHandle> all = others.toList();
            process.destroy();
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
            all.forEach(ProcessHandle::destroyForcibly);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
