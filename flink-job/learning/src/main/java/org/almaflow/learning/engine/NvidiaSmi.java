package org.almaflow.learning.engine;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** What the NVIDIA driver's program says of GPUs, before any library has touched one. */
public final class NvidiaSmi {
    /** Its call. */
    public static final List<String> CAPABILITIES =
            List.of("nvidia-smi", "--query-gpu=index,compute_cap", "--format=csv,noheader");

    private NvidiaSmi() {}

    /**
     * The compute capability of a device, such as 9.0; empty where the program is missing, fails or
     * does not name the device.
     *
     * @param program answers as {@link #CAPABILITIES} does: a line {@code index, capability} each
     */
    public static Optional<String> capability(int device, List<String> program) {
        try {
            Process process = new ProcessBuilder(program).redirectErrorStream(true).start();
            String said =
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return process.waitFor() == 0 ? find(device, said) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty(); // there is no such program
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new EngineException("interrupted while looking for GPUs", e);
        }
    }

    private static Optional<String> find(int device, String said) {
        return said.lines()
                .map(line -> line.split(",", -1))
                .filter(fields -> fields.length == 2)
                .filter(fields -> fields[0].strip().equals(Integer.toString(device)))
                .map(fields -> fields[1].strip())
                .findFirst();
    }
}
