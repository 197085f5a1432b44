package org.almaflow.tests.faults;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Which seeds have been run, in a file with a line for each run: seed, yes or no, seconds of
 * recovery, steps repeated, of at most, in outage, and the first problem; tabs lie between.
 */
final class SeedRecord {
    private final Optional<Path> file;
    private final Set<Long> equal = new HashSet<>();

    /** What a file says, which need not exist; without one nothing is known or kept. */
    SeedRecord(Optional<Path> file) throws IOException {
        this.file = file;
        if (file.filter(Files::exists).isPresent()) {
            for (String line : Files.readAllLines(file.get())) {
                String[] cells = line.split("\t", -1);
                if (cells[1].equals("yes")) {
                    equal.add(Long.parseLong(cells[0]));
                }
            }
        }
    }

    /** Whether a run with that seed was equal to the oracle. */
    boolean has(long seed) {
        return equal.contains(seed);
    }

    /** Notes a run. */
    void add(long seed, List<FaultRow> rows) throws IOException {
        if (file.isEmpty()) {
            return;
        }
        for (FaultRow row : rows) {
            String line =
                    String.format(
                            Locale.ROOT,
                            "%d\t%s\t%.1f\t%d\t%d\t%d\t%s%n",
                            seed,
                            row.good() ? "yes" : "no",
                            row.recovery(),
                            row.work().repeated(),
                            row.work().atMost(),
                            row.work().inOutage(),
                            row.problems().stream().findFirst().orElse(""));
            Files.writeString(
                    file.get(), line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        }
    }
}
