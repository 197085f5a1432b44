package org.almaflow.tests.faults;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.almaflow.cluster.LocalCluster;
import org.almaflow.tests.faults.RepeatedWork.Window;

/** One run from submission to its end, with the faults that happen to it, and the verdict. */
final class FaultRun {
    private static final String CHECKPOINT_INTERVAL = "500 ms";
    private static final double MILLIS = 1000;

    private final Scene scene;
    private final Disk disk;
    private final Expected expected;
    private final List<FaultRow> struck = new ArrayList<>();
    private final List<Window> windows = new ArrayList<>();

    FaultRun(Scene scene, Disk disk, Expected expected) {
        this.scene = scene;
        this.disk = disk;
        this.expected = expected;
    }

    /** Faults one after another, each when the job has recovered from the one before. */
    List<FaultRow> with(List<Fault> faults) throws IOException {
        return verdict(
                () -> {
                    for (Fault fault : faults) {
                        strike(fault);
                    }
                });
    }

    /** Kills at random moments, whether the job has recovered from the last one or not. */
    List<FaultRow> withRandomKills(int kills, long seed) throws IOException {
        return verdict(() -> killAtRandom(kills, new Random(seed), seed));
    }

    private interface Course {
        void run() throws IOException;
    }

    /** Every row of a run shares the verdict on it. */
    private List<FaultRow> verdict(Course course) throws IOException {
        List<String> problems = new ArrayList<>();
        try {
            scene.begin(CHECKPOINT_INTERVAL);
            course.run();
            scene.await("the job has finished", scene::over);
            if (!scene.finished()) {
                problems.add("the job has not finished; see the client's log");
            }
            problems.addAll(
                    Published.differences(scene.cluster().kafka(), scene.topics(), expected));
        } catch (RuntimeException e) {
            problems.add(String.valueOf(e.getMessage()));
        }
        if (struck.isEmpty()) {
            struck.add(new FaultRow("none", "", 0, 0, 0, List.of()));
        }
        RepeatedWork work = repeated();
        if (problems.isEmpty()) {
            problems.addAll(work.beyondOneInterval(windows));
        }
        List<FaultRow> rows = new ArrayList<>();
        for (int i = 0; i < struck.size(); i++) {
            FaultRow row = struck.get(i);
            boolean known = i < windows.size();
            rows.add(
                    new FaultRow(
                            row.fault(),
                            row.phase(),
                            row.recovery(),
                            known ? work.stepsBefore(windows.get(i)) : 0,
                            known ? work.stepsAfter(windows.get(i)) : 0,
                            problems));
        }
        return rows;
    }

    private RepeatedWork repeated() {
        int batch = scene.experiment().learners().get(0).training().batchSize();
        return new RepeatedWork(scene.allSessions(), batch);
    }

    private void strike(Fault fault) throws IOException {
        String phase = fault.await(scene);
        if (scene.over()) {
            throw new Scene.WaitedInVainException("the run was over before " + fault);
        }
        long checkpoint = scene.checkpoint();
        long begun = System.currentTimeMillis();
        fault.strike(scene, disk);
        long recovered = awaitRecovery();
        windows.add(new Window(checkpoint, begun, recovered));
        struck.add(
                new FaultRow(
                        fault.what(disk), phase, (recovered - begun) / MILLIS, 0, 0, List.of()));
        fault.mend(scene);
    }

    /** Until a checkpoint that has begun from now on is complete, or the job is. */
    private long awaitRecovery() {
        long now = System.currentTimeMillis();
        scene.await("the job has recovered", () -> scene.checkpoint() > now || scene.over());
        return System.currentTimeMillis();
    }

    private void killAtRandom(int kills, Random random, long seed) {
        LocalCluster cluster = scene.cluster();
        List<Runnable> blows =
                List.of(
                        () -> revive(() -> cluster.taskManager(1).kill(), 1),
                        () -> revive(() -> cluster.taskManager(2).kill(), 2),
                        () -> {
                            cluster.jobManager().kill();
                            cluster.startJobManager();
                        },
                        () -> {
                            cluster.broker().kill();
                            cluster.startBroker();
                        },
                        this::killProducer);
        Fault.TASK_MANAGER.await(scene);
        long checkpoint = scene.checkpoint();
        long begun = System.currentTimeMillis();
        long last = begun;
        int done = 0;
        for (int i = 0; i < kills && !scene.over(); i++) {
            elapse(Duration.ofMillis(random.nextInt(5000)));
            last = System.currentTimeMillis();
            blows.get(random.nextInt(blows.size())).run();
            done++;
        }
        long recovered = awaitRecovery();
        windows.add(new Window(checkpoint, begun, recovered));
        struck.add(
                new FaultRow(
                        "%d random kills, seed %d".formatted(done, seed),
                        "any",
                        (recovered - last) / MILLIS,
                        0,
                        0,
                        List.of()));
    }

    private void revive(Runnable kill, int taskManager) {
        kill.run();
        scene.cluster().startTaskManager(taskManager);
    }

    private void killProducer() {
        scene.producer().kill();
        try {
            scene.startProducer();
        } catch (IOException e) {
            throw new IllegalStateException("the producer does not start", e);
        }
    }

    /** Lets the job do as it likes for a while. */
    private void elapse(Duration time) {
        long end = System.nanoTime() + time.toNanos();
        scene.await("some time has gone by", () -> System.nanoTime() > end || scene.over());
    }
}
