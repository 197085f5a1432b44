package org.almaflow.tests.faults;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.almaflow.cluster.LocalCluster;
import org.almaflow.tests.faults.RepeatedWork.Window;

/**
 * Kills of processes of a cluster, each of which is started again at once: which one, and how long
 * after the one before, comes from a generator. They do not wait for the job to recover.
 */
final class RandomKills {
    private static final int LONGEST_PAUSE_MILLIS = 3000;

    /** The cluster is asked so often. */
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

    private final Scene scene;
    private final Random random;
    private final List<Runnable> blows;
    private final List<Window> windows = new ArrayList<>();

    /** When the last kill that is not over yet happened, and the checkpoint before it. */
    private long fault;

    private long checkpoint;
    private long recovery;

    RandomKills(Scene scene, Random random) {
        this.scene = scene;
        this.random = random;
        LocalCluster cluster = scene.cluster();
        this.blows =
                List.of(
                        () -> replaceTaskManager(1),
                        () -> replaceTaskManager(2),
                        () -> {
                            cluster.jobManager().kill();
                            cluster.startJobManager();
                        },
                        () -> {
                            cluster.broker().kill();
                            cluster.startBroker();
                        },
                        this::replaceProducer);
    }

    /** Kills so often, and waits until the job has recovered from it all. */
    void strike(int kills) {
        for (int i = 0; i < kills; i++) {
            pause(random.nextInt(LONGEST_PAUSE_MILLIS));
            close();
            checkpoint = scene.checkpoint();
            fault = System.currentTimeMillis();
            blows.get(random.nextInt(blows.size())).run();
        }
        long last = fault;
        long recovered = scene.awaitRecovery();
        close();
        recovery = recovered - last;
    }

    /** Lets the job do as it likes for a while, and sees whether it recovers from the last kill. */
    private void pause(int millis) {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        AtomicLong look = new AtomicLong();
        scene.await(
                "all kills had happened",
                () -> {
                    if (fault > 0 && System.nanoTime() > look.get()) {
                        look.set(System.nanoTime() + LOOK_NANOS);
                        closeIfRecovered();
                    }
                    return System.nanoTime() > end;
                });
    }

    private void closeIfRecovered() {
        if (scene.checkpoint() > fault) {
            close();
        }
    }

    /** What is lost from now on is not lost to the last kill. */
    private void close() {
        if (fault > 0) {
            windows.add(new Window(checkpoint, fault, System.currentTimeMillis()));
            fault = 0;
        }
    }

    private void replaceTaskManager(int number) {
        scene.cluster().taskManager(number).kill();
        scene.cluster().startTaskManager(number);
    }

    private void replaceProducer() {
        scene.producer().kill();
        scene.startProducer();
    }

    /** One for each kill. */
    List<Window> windows() {
        return List.copyOf(windows);
    }

    /** Milliseconds from the last kill until the job had recovered. */
    long recovery() {
        return recovery;
    }
}
