package org.almaflow.engine.dl4j.bench;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.almaflow.learning.bench.Medians;
import org.almaflow.learning.engine.Engine;
import org.almaflow.learning.engine.EngineOptions;
import org.almaflow.learning.engine.Engines;

/**
 * Compares training through the engine, and whole training sessions, with a bare ND4J loop, in
 * alternating rounds and in processor time of the one thread that computes, so that a busy machine
 * does not favour a side. Exits with 1 when a requirement is missed.
 */
public final class EngineBenchmark {
    private static final int BATCH = 128;
    private static final int ROUNDS = 15;
    private static final double ROUND_SECONDS = 0.15;

    /** What the reference's own loop reaches where raw ND4J reaches 62,600 examples/s (h=64). */
    private static final double REFERENCE_SHARE = 57_800.0 / 62_600.0;

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private EngineBenchmark() {}

    public static void main(String[] args) {
        boolean met;
        try (Engine engine = Engines.find("dl4j").open(EngineOptions.defaults())) {
            System.out.printf(
                    "%s, batch %d, medians of %d rounds, processor time%n",
                    engine.description(), BATCH, ROUNDS);
            met = compare(engine, 64, REFERENCE_SHARE);
            met &= compare(engine, 200, 0.95);
        }
        System.exit(met ? 0 : 1);
    }

    private static boolean compare(Engine engine, int h, double required) {
        List<Contestant> contestants =
                List.of(
                        new RawLoop(BATCH, h, false),
                        new RawLoop(BATCH, h, true),
                        new EngineLoop(engine, BATCH, h),
                        new SessionLoop(engine, BATCH, h));
        double[][] rates = rates(contestants);
        int bestRaw = Medians.of(rates[0]) >= Medians.of(rates[1]) ? 0 : 1;
        System.out.printf("MLP 784-%d-%d-10, Adadelta%n", h, h);
        for (int i = 0; i < rates.length; i++) {
            double rate = Medians.of(rates[i]);
            System.out.printf(
                    Locale.ROOT,
                    "  %-22s %,10.0f examples/s  %6.3f ms a step%n",
                    contestants.get(i).name(),
                    rate,
                    1e3 * BATCH / rate);
        }
        boolean met = true;
        for (int i = 2; i < rates.length; i++) {
            met &= judge(contestants.get(i).name(), h, rates[i], rates[bestRaw], required);
        }
        return met;
    }

    private static boolean judge(
            String name, int h, double[] rates, double[] raw, double required) {
        double[] ratios = new double[rates.length];
        Arrays.setAll(ratios, round -> rates[round] / raw[round]);
        double ratio = Medians.of(ratios);
        boolean met = ratio >= required;
        System.out.printf(
                Locale.ROOT,
                "  %s h=%d %s: %.1f %% of the faster raw loop, required %.1f %%%n",
                met ? "PASS" : "FAIL",
                h,
                name,
                100 * ratio,
                100 * required);
        return met;
    }

    /** Examples a second of every contestant in every round. */
    private static double[][] rates(List<Contestant> contestants) {
        int[] batches = contestants.stream().mapToInt(EngineBenchmark::calibrate).toArray();
        double[][] rates = new double[contestants.size()][ROUNDS];
        for (int round = 0; round < ROUNDS; round++) {
            for (int k = 0; k < rates.length; k++) {
                int i = round % 2 == 0 ? k : rates.length - 1 - k;
                rates[i][round] = rate(contestants.get(i), batches[i]);
            }
        }
        return rates;
    }

    /** Warms up, and returns how many batches a round takes. */
    private static int calibrate(Contestant contestant) {
        double rate = 0;
        for (int i = 0; i < 5; i++) {
            rate = rate(contestant, 300);
        }
        return (int) Math.max(1, ROUND_SECONDS * rate / BATCH);
    }

    private static double rate(Contestant contestant, int batches) {
        long start = THREADS.getCurrentThreadCpuTime();
        long examples = contestant.train(batches);
        return examples * 1e9 / (THREADS.getCurrentThreadCpuTime() - start);
    }
}
