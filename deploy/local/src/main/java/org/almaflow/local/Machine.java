package org.almaflow.local;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What engines need to know of a machine.
 *
 * @param system such as {@code Linux amd64}
 * @param avx2 whether the processor has these instructions; natives are built for them
 * @param freeMemory bytes
 * @param gpus what the NVIDIA driver shows; empty without a driver
 * @param lacking libraries of CUDA 13 that LibTorch's build for GPUs needs and the loader would not
 *     find
 */
record Machine(
        String system,
        int cores,
        boolean avx2,
        long freeMemory,
        List<Gpu> gpus,
        List<String> lacking) {
    private static final List<String> SMI =
            List.of(
                    "nvidia-smi",
                    "--query-gpu=index,name,driver_version,memory.total,compute_cap",
                    "--format=csv,noheader,nounits");

    /**
     * A GPU.
     *
     * @param memory mebibytes
     * @param capability compute capability, such as 9.0
     */
    record Gpu(int index, String name, String driver, long memory, double capability) {
        /** Reads a line of nvidia-smi. */
        static Gpu of(String line) {
            String[] fields = line.split(", *", -1);
            return new Gpu(
                    Integer.parseInt(fields[0].strip()),
                    fields[1],
                    fields[2],
                    Long.parseLong(fields[3]),
                    Double.parseDouble(fields[4].strip()));
        }

        /** The first number of the driver's version. */
        int driverRelease() {
            return Integer.parseInt(driver.split("\\.", -1)[0]);
        }
    }

    /** The one that this runs on. */
    static Machine here() {
        OperatingSystemMXBean system =
                ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        return new Machine(
                system.getName() + " " + system.getArch(),
                system.getAvailableProcessors(),
                flag("avx2"),
                system.getFreeMemorySize(),
                gpus(SMI),
                CudaLibraries.lacking(
                        List.of("ldconfig", "-p"),
                        System.getenv().getOrDefault("LD_LIBRARY_PATH", "")));
    }

    private static boolean flag(String name) {
        try {
            return Files.readString(Path.of("/proc/cpuinfo")).contains(" " + name + " ");
        } catch (IOException e) {
            return false;
        }
    }

    /** Asks a program that answers as nvidia-smi does; none without it. */
    static List<Gpu> gpus(List<String> program) {
        try {
            Process process = new ProcessBuilder(program).redirectErrorStream(true).start();
            String said =
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return process.waitFor() == 0 ? said.lines().map(Gpu::of).toList() : List.of();
        } catch (IOException e) {
            return List.of(); // there is no such program
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return List.of();
        }
    }
}
