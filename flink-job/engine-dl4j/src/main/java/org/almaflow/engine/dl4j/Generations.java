package org.almaflow.engine.dl4j;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import org.almaflow.learning.engine.EngineException;

/**
 * Which generations of GPUs ND4J's CUDA build has machine code for. It carries no PTX, so that
 * others fail, and only at their first kernel; here they are refused before.
 */
final class Generations {
    /** Compute capabilities in the library of nd4j-cuda-11.6 1.0.0-M2.1. */
    private static final Set<String> SUPPORTED =
            Set.of("3.7", "5.0", "5.2", "6.0", "6.1", "7.0", "7.5", "8.0", "8.6");

    private static final String BACKEND = "org/nd4j/linalg/jcublas/JCublasBackend.class";

    private Generations() {}

    /** Whether the class path has the CUDA build. */
    static boolean cuda() {
        return Generations.class.getClassLoader().getResource(BACKEND) != null;
    }

    /**
     * Asks a program for the devices, as {@code nvidia-smi} answers: one line {@code index, compute
     * capability} each.
     *
     * @throws EngineException when the device is there and not supported; where the program is
     *     missing ND4J has the word
     */
    static void requireSupported(int device, List<String> program) {
        try {
            Process process = new ProcessBuilder(program).redirectErrorStream(true).start();
            String said =
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() == 0) {
                said.lines().forEach(line -> check(device, line.split(",")));
            }
        } catch (IOException e) {
            return; // there is no such program
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new EngineException("interrupted while looking for GPUs", e);
        }
    }

    private static void check(int device, String... fields) {
        boolean asked = fields.length == 2 && fields[0].strip().equals(Integer.toString(device));
        if (asked && !SUPPORTED.contains(fields[1].strip())) {
            throw new EngineException(
                    "GPU %d has compute capability %s, which ND4J's CUDA build cannot use: it has machine code for 3.7 to 8.6 (Kepler to Ampere) and none for Ada, Hopper or newer; use another GPU, or the CPU build"
                            .formatted(device, fields[1].strip()));
        }
    }
}
