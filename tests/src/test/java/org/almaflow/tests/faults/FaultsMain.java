package org.almaflow.tests.faults;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

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
        footer = {"  tests/faults.sh", "  tests/faults.sh --runs 50 --seed 1 --resume runs.tsv"})
final class FaultsMain implements Callable<Integer> {
    /** Those whose moment must be long to be met. */
    private static final List<Fault> PHASES =
            List.of(Fault.VALIDATION, Fault.EVALUATION, Fault.SCAN);

    private static final List<Fault> OTHERS =
            Stream.of(Fault.values()).filter(fault -> !PHASES.contains(fault)).toList();

    private static final int MOST_IN_A_RUN = 4;

    @Option(
            names = "--runs",
            paramLabel = "N",
            description = "Only N runs with ten random kills each, of seeds S, S + 1, ...")
    private Integer runs;

    @Option(names = "--seed", paramLabel = "S", defaultValue = "1", description = "First seed (1).")
    private long seed;

    @Option(
            names = "--resume",
            paramLabel = "FILE",
            description = {
                "With --runs: note each run in FILE, and leave out those that it has as equal, so"
                        + " that what was broken off goes on."
            })
    private Path resume;

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

    @Option(
            names = "--together",
            paramLabel = "N",
            defaultValue = "1",
            description = "With --only: up to N of them in one run (1).")
    private int together;

    @Option(names = "--keep", description = "Keep the folder with logs and models in any case.")
    private boolean keep;

    @Spec private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        requireOne("--runs", runs);
        requireOne("--together", together);
        Path home = Path.of(System.getProperty("alma.home"));
        FaultSuite suite = new FaultSuite(home, FaultsMain::print, keep, brief);
        Thread hook = new Thread(() -> closeQuietly(suite), "faults-close");
        Runtime.getRuntime().addShutdownHook(hook);
        run(suite);
        long bad = suite.rows().stream().filter(row -> !row.good()).count();
        System.out.printf("%d of %d rows equal%n", suite.rows().size() - bad, suite.rows().size());
        return bad == 0 ? 0 : 1;
    }

    /** A suite of no rows would call all of them equal. */
    private void requireOne(String option, Integer number) {
        if (number != null && number < 1) {
            throw new ParameterException(
                    spec.commandLine(),
                    "%s: %d is too few; give 1 or more".formatted(option, number));
        }
    }

    private void run(FaultSuite suite) throws IOException {
        if (runs != null) {
            random(suite);
        } else if (!only.isEmpty()) {
            suite.families(only.stream().filter(f -> !PHASES.contains(f)).toList(), together);
            suite.phases(only.stream().filter(PHASES::contains).toList());
        } else if (brief) {
            brief(suite);
        } else {
            suite.families(OTHERS, 1);
            suite.phases(PHASES);
            suite.random(seed);
        }
    }

    private void random(FaultSuite suite) throws IOException {
        SeedRecord done = new SeedRecord(Optional.ofNullable(resume));
        for (long s = seed; s < seed + runs; s++) {
            if (done.has(s)) {
                print("seed %d: equal already, by %s".formatted(s, resume));
            } else {
                done.add(s, suite.random(s));
            }
        }
    }

    /** Every fault, several in a run, and random ones. */
    static void brief(FaultSuite suite) throws IOException {
        suite.families(OTHERS, MOST_IN_A_RUN);
        suite.phases(PHASES);
        suite.random(1);
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
