package org.almaflow.tests.faults;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code tests/faults.sh}. */
@Command(
        name = "tests/faults.sh",
        mixinStandardHelpOptions = true,
        description = {
            "Kills, suspends and starves the processes of a real cluster while it trains, and"
                    + " compares what it publishes with an oracle.",
            "Without options: every fault, each in a run of its own, and ten random kills in one"
                    + " run. The exit status is 0 only when every row equals the oracle."
        },
        footerHeading = "%nExample:%n",
        footer = {"  tests/faults.sh", "  tests/faults.sh --runs 50 --seed 1"})
final class FaultsMain implements Callable<Integer> {
    /** Those whose moment must be long to be met. */
    private static final List<Fault> PHASES =
            List.of(Fault.VALIDATION, Fault.EVALUATION, Fault.SCAN);

    @Option(
            names = "--runs",
            paramLabel = "N",
            description = "Only N runs with ten random kills each, of seeds S, S + 1, ...")
    private Integer runs;

    @Option(
            names = "--seed",
            paramLabel = "S",
            defaultValue = "1",
            description = "First seed; a run that was broken off goes on with a later one (1).")
    private long seed;

    @Option(
            names = "--short",
            description = "What runs in the ordinary build: several faults in each run.")
    private boolean brief;

    @Option(
            names = "--only",
            paramLabel = "FAULT",
            split = ",",
            description = "Only these: ${COMPLETION-CANDIDATES}.")
    private List<Fault> only = List.of();

    @Option(names = "--keep", description = "Keep the folder with logs and models in any case.")
    private boolean keep;

    @Override
    public Integer call() throws IOException {
        Path home = Path.of(System.getProperty("alma.home"));
        FaultSuite suite = new FaultSuite(home, FaultsMain::print, keep);
        Thread hook = new Thread(() -> closeQuietly(suite), "faults-close");
        Runtime.getRuntime().addShutdownHook(hook);
        run(suite);
        long bad = suite.rows().stream().filter(row -> !row.good()).count();
        System.out.printf("%d of %d rows equal%n", suite.rows().size() - bad, suite.rows().size());
        return bad == 0 ? 0 : 1;
    }

    private void run(FaultSuite suite) throws IOException {
        if (runs != null) {
            for (int i = 0; i < runs; i++) {
                suite.random(seed + i);
            }
        } else if (!only.isEmpty()) {
            suite.families(alone(only.stream().filter(f -> !PHASES.contains(f)).toList()));
            suite.phases(alone(only.stream().filter(PHASES::contains).toList()));
        } else if (brief) {
            brief(suite);
        } else {
            suite.families(
                    alone(Stream.of(Fault.values()).filter(f -> !PHASES.contains(f)).toList()));
            suite.phases(alone(PHASES));
            suite.random(seed);
        }
    }

    /** Every fault, several in a run. */
    static void brief(FaultSuite suite) throws IOException {
        suite.families(
                List.of(
                        List.of(Fault.ASSEMBLING, Fault.JOB_MANAGER, Fault.DISK),
                        List.of(Fault.PRODUCER, Fault.BROKER, Fault.ALL_TASK_MANAGERS),
                        List.of(Fault.TASK_MANAGER, Fault.SUSPENDED)));
        suite.phases(alone(PHASES));
    }

    private static List<List<Fault>> alone(List<Fault> faults) {
        return faults.stream().map(List::of).toList();
    }

    /** Prints a line of the table. */
    static void print(String line) {
        System.out.println(line);
    }

    private static void closeQuietly(FaultSuite suite) {
        try {
            suite.close();
        } catch (IOException e) {
            System.err.println("faults: cannot clean up: " + e.getMessage());
        }
    }

    /** Entry. */
    public static void main(String[] args) {
        System.exit(new CommandLine(new FaultsMain()).execute(args));
    }
}
