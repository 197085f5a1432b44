package org.almaflow.learning.bench;

import java.util.Arrays;
import java.util.Locale;
import org.almaflow.learning.engine.Engine;
import org.almaflow.learning.engine.EngineOptions;
import org.almaflow.learning.engine.Engines;

/**
 * Compares the engine with PyTorch on the same core, in alternating rounds, so that a busy machine
 * slows both sides; the median of the rounds' ratios counts. Exits with 1 when a requirement is
 * missed.
 *
 * <p>Arguments: the engine's name, python, peer.py and, to run only some rows, a part of their
 * title.
 */
public final class PeerBenchmark {
    private static final int ROUNDS = 11;
    private static final double ROUND_SECONDS = 0.2;
    private static final int WARM_UP_SECONDS = 3;

    private PeerBenchmark() {}

    public static void main(String[] args) {
        String only = args.length > 3 ? args[3] : "";
        boolean met = true;
        try (Engine engine = Engines.find(args[0]).open(EngineOptions.defaults());
                Peer peer = new Peer(args[1], args[2])) {
            System.out.printf(
                    "%s against %s, batch %d or as said, %d rounds%n",
                    engine.description(), peer.description(), PeerRow.BATCH, ROUNDS);
            System.out.printf(
                    "%-28s %10s %10s %7s %9s%n",
                    "ms a step", "ours", "PyTorch", "ratio", "required");
            for (PeerRow row : PeerRows.all(args[0])) {
                if (row.title().contains(only)) {
                    met &= compare(engine, peer, row);
                }
            }
        }
        System.exit(met ? 0 : 1);
    }

    private static boolean compare(Engine engine, Peer peer, PeerRow row) {
        double[] ours = new double[ROUNDS];
        double[] theirs = new double[ROUNDS];
        try (PeerSession session = new PeerSession(engine, row)) {
            int sessions = warmUp(session);
            peer.ask(row.request(sessions));
            for (int round = 0; round < ROUNDS; round++) {
                ours[round] = session.seconds(sessions) / sessions / row.steps();
                theirs[round] = peer.ask(row.request(sessions)) / sessions / row.steps();
            }
        }
        double[] ratios = new double[ROUNDS];
        Arrays.setAll(ratios, round -> ours[round] / theirs[round]);
        double ratio = Medians.of(ratios);
        boolean met = ratio <= row.limit();
        System.out.printf(
                Locale.ROOT,
                "%-28s %10.3f %10.3f %7.2f %9s %s%n",
                row.title(),
                1e3 * Medians.of(ours),
                1e3 * Medians.of(theirs),
                ratio,
                "<= " + row.limit(),
                met ? "PASS" : "FAIL");
        return met;
    }

    /** Returns how many sessions a round takes. */
    private static int warmUp(PeerSession session) {
        long end = System.nanoTime() + WARM_UP_SECONDS * 1_000_000_000L;
        double fastest = session.seconds(1);
        while (System.nanoTime() < end) {
            fastest = Math.min(fastest, session.seconds(1));
        }
        return (int) Math.max(1, ROUND_SECONDS / fastest);
    }
}
