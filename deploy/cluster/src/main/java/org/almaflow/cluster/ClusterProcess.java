package org.almaflow.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * One process with a name in a folder. It outlives the JVM that started it: {@code NAME.pid} says
 * which one it is, and its command line carries the folder and the name, so that a number that the
 * system has given to another process meanwhile is never signalled. Its output is appended to
 * {@code logs/NAME.log}.
 */
public final class ClusterProcess {
    private static final String MARK = "-Dalma.process=";
    private static final long POLL_MILLIS = 20;
    private static final int EXEC_MILLIS = 200;

    private final Path folder;
    private final String name;

    /**
     * A process that may run or not.
     *
     * @param folder absolute
     */
    public ClusterProcess(Path folder, String name) {
        this.folder = folder;
        this.name = name;
    }

    /** Unique in its folder. */
    public String name() {
        return name;
    }

    /** What it wrote, all its lives one after another. */
    public Path log() {
        return folder.resolve("logs").resolve(name + ".log");
    }

    /**
     * Starts a JVM; it must not run already.
     *
     * @param arguments options, main class and its arguments
     */
    public void start(List<String> arguments) {
        if (alive()) {
            throw new ClusterException("%s runs already, as process %d".formatted(name, pid()));
        }
        try {
            Files.createDirectories(log().getParent());
            Path file = Files.createDirectories(folder.resolve("conf")).resolve(name + ".args");
            Files.write(file, arguments.stream().map(ClusterProcess::quoted).toList());
            ProcessBuilder builder = new ProcessBuilder(command(file));
            // One computing thread a trainer: more are slower, and change the last bits.
            builder.environment().putIfAbsent("OMP_NUM_THREADS", "1");
            builder.redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()))
                    .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
            long pid = builder.start().pid();
            Files.writeString(pidFile(), Long.toString(pid));
        } catch (IOException e) {
            throw new ClusterException(
                    "%s does not start in %s: %s".formatted(name, folder, e.getMessage()), e);
        }
    }

    /** Away from the terminal, whose Ctrl-C and end are not meant for it. */
    private List<String> command(Path arguments) {
        List<String> command = new ArrayList<>();
        if (Files.isExecutable(Path.of("/usr/bin/setsid"))) {
            command.add("/usr/bin/setsid");
        }
        String home = System.getProperty("java.home");
        command.addAll(List.of(home + "/bin/java", mark(), "@" + arguments));
        return command;
    }

    private static String quoted(String argument) {
        return '"' + argument.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    private String mark() {
        return MARK + folder.resolve(name);
    }

    private Path pidFile() {
        return folder.resolve(name + ".pid");
    }

    /** Whether it runs; a paused process does. */
    public boolean alive() {
        return running().isPresent();
    }

    /** Its number; it must run. */
    public long pid() {
        return running().orElseThrow(() -> new ClusterException(name + " does not run"));
    }

    private Optional<Long> running() {
        try {
            long pid = Long.parseLong(Files.readString(pidFile()).strip());
            return commandLine(pid).contains(mark() + '\0') ? Optional.of(pid) : Optional.empty();
        } catch (IOException | NumberFormatException e) {
            return Optional.empty();
        }
    }

    /**
     * Empty for a process that has ended and waits to be collected by its parent, for a thread of
     * the kernel, and for a moment in a process that becomes another program, as {@code setsid}
     * does: that moment is waited for.
     */
    private static String commandLine(long pid) throws IOException {
        Path process = Path.of("/proc/" + pid);
        byte[] line = Files.readAllBytes(process.resolve("cmdline"));
        for (int tries = 0; line.length == 0 && tries < EXEC_MILLIS; tries++) {
            if (ended(Files.readString(process.resolve("stat")))) {
                break;
            }
            pause(1);
            line = Files.readAllBytes(process.resolve("cmdline"));
        }
        return new String(line, StandardCharsets.UTF_8);
    }

    /** The state's letter follows the name, which is in parentheses. */
    private static boolean ended(String stat) {
        return "ZX".indexOf(stat.charAt(stat.lastIndexOf(')') + 2)) >= 0;
    }

    /** Ends it as a crash does, with SIGKILL, and waits until it is gone. */
    public void kill() {
        signal("KILL");
        while (alive()) {
            pause(POLL_MILLIS);
        }
    }

    /** Stops its threads where they are, with SIGSTOP. */
    public void suspend() {
        signal("STOP");
    }

    /** Has it write what each of its threads does to its log, with SIGQUIT. */
    public void dumpThreads() {
        signal("QUIT");
    }

    /** Lets a suspended process go on. */
    public void resume() {
        signal("CONT");
    }

    /**
     * Asks it to end; kills it when it has not after {@code seconds}. Does nothing when it ended.
     */
    public void stop(long seconds) {
        if (!alive()) {
            return;
        }
        signal("TERM");
        signal("CONT");
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        while (alive() && System.nanoTime() < end) {
            pause(POLL_MILLIS);
        }
        if (alive()) {
            kill();
        }
    }

    private void signal(String signal) {
        Optional<Long> pid = running();
        if (pid.isPresent()) {
            try {
                new ProcessBuilder("kill", "-" + signal, Long.toString(pid.get()))
                        .start()
                        .waitFor();
            } catch (IOException e) {
                throw new UncheckedIOException("there is no command kill", e);
            } catch (InterruptedException e) {
                throw interrupted(e);
            }
        }
    }

    static void pause(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private static ClusterException interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return new ClusterException("interrupted", e);
    }
}
