package org.almaflow.tests.faults;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.almaflow.cluster.ClusterProcess;
import org.almaflow.cluster.ClusterSettings;
import org.almaflow.cluster.Distribution;
import org.almaflow.cluster.LocalCluster;
import org.almaflow.learning.experiment.ExperimentReader;

/**
 * The fault suite: a cluster of real processes, runs on it that faults happen to, and a table. Owns
 * the cluster; closing ends every process and removes the folder, unless something was wrong.
 */
final class FaultSuite implements AutoCloseable {
    private static final int TASK_MANAGERS = 2;

    /**
     * One TaskManager can take all members of all learners, with some slots to spare: those of a
     * TaskManager of the same name that has just died may still count as taken.
     */
    private static final int SLOTS = 14;

    private static final int KILLS = 10;
    private static final int TRIES = 3;

    private final Path folder;
    private final Distribution distribution;
    private final LocalCluster cluster;
    private final Disk disk;
    private final Consumer<String> out;
    private final boolean keep;
    private final boolean stopAtFirst;
    private final List<FaultRow> rows = new ArrayList<>();
    private Trial families;
    private Trial phases;
    private int runs;

    /** An experiment and what must come of it. */
    private record Trial(Path file, Expected expected) {
        static Trial of(Path file) throws IOException {
            return new Trial(
                    file,
                    Oracle.of(ExperimentReader.read(Files.readString(file), file.toString())));
        }
    }

    /**
     * Prepares the folder; the cluster starts with the first run.
     *
     * @param home folder of alma.jar
     * @param keep leave the folder when everything was right, too
     * @param stopAtFirst make no further run when something was wrong
     */
    FaultSuite(Path home, Consumer<String> out, boolean keep, boolean stopAtFirst)
            throws IOException {
        this.out = out;
        this.keep = keep;
        this.stopAtFirst = stopAtFirst;
        folder = Files.createTempDirectory("alma-faults-").toRealPath();
        distribution = new Distribution(home);
        cluster =
                new LocalCluster(
                        ClusterSettings.onFreePorts(folder, TASK_MANAGERS, SLOTS), distribution);
        disk = Disk.at(cluster.storage());
        out.accept(FaultRow.header());
    }

    /**
     * Faults in runs of all families.
     *
     * @param most faults in one run
     */
    void families(List<Fault> faults, int most) throws IOException {
        strikeAll(families(), faults, most);
    }

    /** Faults in runs whose phases are long, each in a run of its own. */
    void phases(List<Fault> faults) throws IOException {
        if (phases == null) {
            phases = Trial.of(Samples.phases(folder));
        }
        strikeAll(phases, faults, 1);
    }

    /** As many runs as it takes: one may be over before what was meant for it could happen. */
    private void strikeAll(Trial trial, List<Fault> faults, int most) throws IOException {
        List<Fault> pending = new ArrayList<>(faults);
        int missed = 0;
        while (!pending.isEmpty() && goesOn()) {
            int before = pending.size();
            List<FaultRow> found = run(trial, run -> run.with(pending, most));
            if (!found.isEmpty() && pending.size() == before) {
                return;
            }
            missed = pending.size() < before ? 0 : missed + 1;
            if (missed == TRIES) {
                throw new IllegalStateException(
                        "in %d runs there was no moment for %s".formatted(TRIES, pending));
            }
        }
    }

    /** A run with random kills. */
    List<FaultRow> random(long seed) throws IOException {
        return goesOn() ? run(families(), run -> run.withRandomKills(KILLS, seed)) : List.of();
    }

    private boolean goesOn() {
        return good() || !stopAtFirst;
    }

    private Trial families() throws IOException {
        if (families == null) {
            families = Trial.of(Samples.families(folder, 12, 1500, 40));
        }
        return families;
    }

    private interface Course {
        List<FaultRow> of(FaultRun run) throws IOException;
    }

    private List<FaultRow> run(Trial trial, Course course) throws IOException {
        runs++;
        cluster.up();
        List<FaultRow> found;
        try (Scene scene = new Scene(cluster, distribution, trial.file(), "run-" + runs)) {
            found = course.of(new FaultRun(scene, disk, trial.expected()));
            if (found.stream().allMatch(FaultRow::good)) {
                scene.forget();
            }
        }
        rows.addAll(found);
        found.forEach(row -> out.accept(row.toString()));
        found.stream().limit(1).forEach(row -> row.problems().forEach(p -> out.accept("    " + p)));
        return found;
    }

    /** Whether every row so far is equal to the oracle. */
    boolean good() {
        return rows.stream().allMatch(FaultRow::good);
    }

    List<FaultRow> rows() {
        return rows;
    }

    /** Where everything is that the processes wrote. */
    Path folder() {
        return folder;
    }

    @Override
    public void close() throws IOException {
        endAll(folder);
        disk.close();
        endAll(folder); // a run that is broken off may have started one more
        if (good() && !keep) {
            remove(folder);
        } else {
            out.accept("logs are in " + folder.resolve("logs"));
        }
    }

    /** Kills whatever was started in the folder. */
    static void endAll(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".pid"))
                    .map(name -> name.substring(0, name.length() - ".pid".length()))
                    .map(name -> new ClusterProcess(folder, name))
                    .filter(ClusterProcess::alive)
                    .forEach(ClusterProcess::kill);
        }
    }

    private static void remove(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
