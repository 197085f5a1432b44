package org.almaflow.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A folder of an engine's jars, and on which machines it can be used.
 *
 * @param name such as {@code torch-cpu}
 * @param natives names of the jars that carry them, which say their versions
 */
record EngineFolder(String name, List<String> natives) {
    private static final long LEAST_MEMORY = 1L << 30;

    /** The driver's release that serves CUDA 13, and the oldest GPUs that CUDA 13 has code for. */
    private static final int TORCH_DRIVER = 580;

    private static final double TORCH_CAPABILITY = 7.5;
    private static final double DL4J_NEWEST = 8.6;

    /** The oldest that runs programs of any CUDA 11. */
    private static final int DL4J_DRIVER = 450;

    /** Every one below {@code engines}, by name. */
    static List<EngineFolder> below(Path engines) {
        if (!Files.isDirectory(engines)) {
            return List.of();
        }
        try (Stream<Path> folders = Files.list(engines)) {
            return folders.sorted().map(EngineFolder::of).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static EngineFolder of(Path folder) {
        try (Stream<Path> jars = Files.list(folder)) {
            List<String> natives =
                    jars.map(jar -> jar.getFileName().toString())
                            .filter(jar -> jar.matches("(nd4j|pytorch|openblas)-.*x86_64.*\\.jar"))
                            .sorted()
                            .toList();
            return new EngineFolder(folder.getFileName().toString(), natives);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Why an engine of this folder would be refused on a machine, in one sentence. */
    Optional<String> refusal(Machine machine) {
        if (!machine.system().equals("Linux amd64")) {
            return Optional.of(
                    "its natives are for Linux amd64, and this is %s".formatted(machine.system()));
        }
        if (natives.isEmpty()) {
            return Optional.of("it has no natives; build it with ./mvnw package");
        }
        if (machine.freeMemory() < LEAST_MEMORY) {
            return Optional.of(
                    "%d MiB of memory are free, and it needs 1024 MiB; end other programs"
                            .formatted(machine.freeMemory() >> 20));
        }
        if (name.endsWith("-cuda")) {
            return machine.gpus().isEmpty()
                    ? Optional.of("there is no NVIDIA driver or GPU (nvidia-smi shows none)")
                    : cuda(machine);
        }
        return machine.avx2()
                ? Optional.empty()
                : Optional.of("its natives need a processor with AVX2");
    }

    private Optional<String> cuda(Machine machine) {
        boolean torch = name.startsWith("torch");
        Optional<String> gpu =
                machine.gpus().stream()
                        .map(g -> torch ? torch(g) : dl4j(g))
                        .flatMap(Optional::stream)
                        .findFirst();
        return gpu.isPresent() || !torch || machine.lacking().isEmpty()
                ? gpu
                : Optional.of(
                        "CUDA 13 with cuDNN 9 is not complete: the loader does not find "
                                + String.join(", ", machine.lacking()));
    }

    private static Optional<String> driver(Machine.Gpu gpu, String library, int oldest) {
        return gpu.driverRelease() >= oldest
                ? Optional.empty()
                : Optional.of(
                        "GPU %d has driver %s, and %s needs %d or newer"
                                .formatted(gpu.index(), gpu.driver(), library, oldest));
    }

    private static Optional<String> torch(Machine.Gpu gpu) {
        Optional<String> driver = driver(gpu, "LibTorch's CUDA 13", TORCH_DRIVER);
        if (driver.isPresent()) {
            return driver;
        }
        return gpu.capability() >= TORCH_CAPABILITY
                ? Optional.empty()
                : Optional.of(
                        "GPU %d has compute capability %s, and CUDA 13 begins with %s"
                                .formatted(gpu.index(), gpu.capability(), TORCH_CAPABILITY));
    }

    private static Optional<String> dl4j(Machine.Gpu gpu) {
        Optional<String> driver = driver(gpu, "ND4J's CUDA 11.6", DL4J_DRIVER);
        if (driver.isPresent()) {
            return driver;
        }
        return gpu.capability() <= DL4J_NEWEST
                ? Optional.empty()
                : Optional.of(
                        "GPU %d has compute capability %s, and ND4J's CUDA build ends with %s; use torch-cuda"
                                .formatted(gpu.index(), gpu.capability(), DL4J_NEWEST));
    }
}
