package org.almaflow.tests.faults;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.almaflow.tests.faults.RepeatedWork.Window;
import org.almaflow.tests.faults.RepeatedWork.Work;
import org.almaflow.tests.faults.Scene.MissedException;

/** One run from submission to its end, with the faults that happen to it, and the verdict. */
final class FaultRun {
    private static final String CHECKPOINT_INTERVAL = "500 ms";
    private static final double MILLIS = 1000;

    private final Scene scene;
    private final Disk disk;
    private final Expected expected;
    private final List<Struck> struck = new ArrayList<>();

    /** What has happened so far. */
    private record Struck(String fault, String phase, double recovery, List<Window> windows) {}

    FaultRun(Scene scene, Disk disk, Expected expected) {
        this.scene = scene;
        this.disk = disk;
        this.expected = expected;
    }

    /**
     * Faults one after another, each when the job has recovered from the one before, until so many
     * have happened or the run is over.
     *
     * @param pending loses those that have happened
     * @param most faults in this run
     */
    List<FaultRow> with(List<Fault> pending, int most) throws IOException {
        return verdict(
                () -> {
                    while (struck.size() < most && !pending.isEmpty()) {
                        Fault next = next(pending);
                        strike(next);
                        pending.remove(next);
                    }
                });
    }

    /** The stream ends first, so what needs it comes first. */
    private static Fault next(List<Fault> pending) {
        return pending.stream().min(Comparator.comparing(fault -> !fault.ofTheStream())).get();
    }

    /** Kills at random moments, whether the job has recovered from the last one or not. */
    List<FaultRow> withRandomKills(int kills, long seed) throws IOException {
        String what = "%d random kills, seed %d".formatted(kills, seed);
        RandomKills random = new RandomKills(scene, new Random(seed));
        List<FaultRow> rows =
                verdict(
                        () -> {
                            Fault.TASK_MANAGER.await(scene);
                            random.strike(kills);
                            double seconds = random.recovery() / MILLIS;
                            struck.add(new Struck(what, "any", seconds, random.windows()));
                        });
        return rows.isEmpty() ? List.of(tooShort(what)) : rows;
    }

    private static FaultRow tooShort(String what) {
        String problem = "the run was over before they had all happened";
        return new FaultRow(what, "any", 0, 0, Work.NONE, List.of(problem));
    }

    private interface Course {
        void run() throws IOException;
    }

    /** Every row of a run shares the verdict on it; no row when all is well and nothing struck. */
    private List<FaultRow> verdict(Course course) throws IOException {
        List<String> problems = new ArrayList<>();
        try {
            scene.begin(CHECKPOINT_INTERVAL);
            runCourse(course);
            scene.awaitEnd();
            if (!scene.finished()) {
                problems.add("the job has not finished; see the client's log");
            }
            problems.addAll(
                    Published.differences(scene.cluster().kafka(), scene.topics(), expected));
        } catch (RuntimeException e) {
            problems.add(String.valueOf(e.getMessage()));
        }
        RepeatedWork work = repeated();
        if (problems.isEmpty()) {
            problems.addAll(work.beyondOneInterval());
        }
        if (struck.isEmpty() && !problems.isEmpty()) {
            struck.add(new Struck("none", "", 0, List.of()));
        }
        return struck.stream().map(one -> row(one, work, problems)).toList();
    }

    private static void runCourse(Course course) throws IOException {
        try {
            course.run();
        } catch (MissedException e) {
            // The run was over sooner; what has not happened to it may happen to another one.
        }
    }

    private static FaultRow row(Struck one, RepeatedWork work, List<String> problems) {
        return new FaultRow(
                one.fault(),
                one.phase(),
                one.recovery(),
                one.windows().stream().mapToLong(Window::age).max().orElse(0) / MILLIS,
                work.of(one.windows()),
                List.copyOf(problems));
    }

    private RepeatedWork repeated() {
        int batch = scene.experiment().learners().get(0).training().batchSize();
        List<Window> windows = struck.stream().flatMap(one -> one.windows().stream()).toList();
        return new RepeatedWork(scene.allSessions(), batch, windows);
    }

    private void strike(Fault fault) throws IOException {
        String phase = fault.await(scene);
        long checkpoint = scene.checkpoint();
        long begun = System.currentTimeMillis();
        fault.strike(scene, disk);
        long recovered = scene.awaitRecovery();
        double seconds = (recovered - begun) / MILLIS;
        struck.add(
                new Struck(
                        fault.what(disk),
                        phase,
                        seconds,
                        List.of(new Window(checkpoint, begun, recovered))));
        fault.mend(scene);
    }
}
