package org.almaflow.engine.dl4j;

import java.util.List;
import java.util.Set;
import org.almaflow.learning.engine.EngineException;
import org.almaflow.learning.engine.NvidiaSmi;

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
     * Asks a program for the device, as {@link NvidiaSmi} does.
     *
     * @throws EngineException when the device is there and not supported; where the program is
     *     missing ND4J has the word
     */
    static void requireSupported(int device, List<String> program) {
        NvidiaSmi.capability(device, program)
                .filter(capability -> !SUPPORTED.contains(capability))
                .ifPresent(
                        capability -> {
                            throw new EngineException(
                                    "GPU %d has compute capability %s, which ND4J's CUDA build cannot use: it has machine code for 3.7 to 8.6 (Kepler to Ampere) and none for Ada, Hopper or newer; use another GPU, or the CPU build"
                                            .formatted(device, capability));
                        });
    }
}
