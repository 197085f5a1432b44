package org.almaflow.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DoctorTest {
    private static final Machine CPU =
            new Machine("Linux amd64", 2, true, 8L << 30, List.of(), List.of());
    private static final Machine.Gpu HOPPER =
            Machine.Gpu.of("0, NVIDIA H200, 580.65.06, 143771, 9.0");
    private static final Machine.Gpu AMPERE =
            Machine.Gpu.of("1, NVIDIA A100, 535.104.05, 40960, 8.0");
    private static final EngineFolder TORCH = folder("torch-cuda");
    private static final EngineFolder DL4J = folder("dl4j-cuda");

    @TempDir private Path folder;

    private static EngineFolder folder(String name) {
        return new EngineFolder(name, List.of("natives.jar"));
    }

    private static Machine with(Machine.Gpu gpu) {
        return new Machine("Linux amd64", 2, true, 8L << 30, List.of(gpu), List.of());
    }

    @Test
    void aGpuIsRefusedWhereItsEngineHasNoCodeForIt() {
        assertThat(TORCH.refusal(CPU).orElseThrow()).contains("no NVIDIA driver");
        assertThat(TORCH.refusal(with(HOPPER))).isEmpty();
        assertThat(TORCH.refusal(with(AMPERE)).orElseThrow())
                .isEqualTo(
                        "GPU 1 has driver 535.104.05, and LibTorch's CUDA 13 needs 580 or newer");
        assertThat(DL4J.refusal(with(AMPERE))).isEmpty();
        assertThat(DL4J.refusal(with(HOPPER)).orElseThrow())
                .contains("compute capability 9.0", "ends with 8.6", "use torch-cuda");
    }

    @Test
    void aDriverOlderThanCuda11IsRefusedForDl4j() {
        Machine.Gpu old = Machine.Gpu.of("0, Tesla K80, 440.33.01, 11441, 3.7");

        assertThat(DL4J.refusal(with(old)))
                .hasValue("GPU 0 has driver 440.33.01, and ND4J's CUDA 11.6 needs 450 or newer");
    }

    @Test
    void missingLibrariesOfCuda13AreNamedForTorchAlone() {
        List<String> lacking = List.of("libcudart.so.13", "libcudnn.so.9");
        Machine machine = new Machine("Linux amd64", 2, true, 8L << 30, List.of(HOPPER), lacking);

        assertThat(TORCH.refusal(machine).orElseThrow())
                .endsWith("the loader does not find libcudart.so.13, libcudnn.so.9");
        Machine older =
                new Machine(
                        "Linux amd64",
                        2,
                        true,
                        8L << 30,
                        List.of(Machine.Gpu.of("0, A100, 580.65.06, 40960, 8.0")),
                        lacking);
        assertThat(DL4J.refusal(older)).isEmpty();
    }

    @Test
    void librariesAreFoundInTheLoadersCacheAndInItsPath() throws IOException {
        Files.createFile(folder.resolve("libcudnn.so.9"));
        List<String> cache = List.of("echo", "libcudart.so.13 (libc6,x86-64) => /x");

        assertThat(CudaLibraries.lacking(cache, "/there/is/none:" + folder))
                .hasSize(CudaLibraries.NEEDED.size() - 2)
                .doesNotContain("libcudart.so.13", "libcudnn.so.9");
        assertThat(CudaLibraries.lacking(List.of("/there/is/no/such/program"), ""))
                .isEqualTo(CudaLibraries.NEEDED);
    }

    @Test
    void theScriptForABareMachineLooksForTheSame() throws IOException {
        String script = Files.readString(Path.of("../../tests/gpu.sh"));

        assertThat(script)
                .contains(
                        CudaLibraries.NEEDED.stream()
                                .map(library -> library.substring("lib".length()))
                                .collect(Collectors.joining(" ", "in ", "; do")));
    }

    @Test
    void aProcessorIsRefusedWithoutInstructionsOrMemory() {
        assertThat(folder("torch-cpu").refusal(CPU)).isEmpty();
        Machine old = new Machine("Linux amd64", 2, false, 8L << 30, List.of(), List.of());
        assertThat(folder("dl4j-cpu").refusal(old).orElseThrow()).contains("AVX2");
        Machine full = new Machine("Linux amd64", 2, true, 100L << 20, List.of(), List.of());
        assertThat(folder("dl4j-cpu").refusal(full).orElseThrow()).contains("100 MiB");
        Machine other = new Machine("Linux aarch64", 2, true, 8L << 30, List.of(), List.of());
        assertThat(folder("dl4j-cpu").refusal(other).orElseThrow()).contains("aarch64");
    }

    @Test
    void foldersTellTheirNatives() throws IOException {
        assertThat(EngineFolder.below(folder.resolve("none"))).isEmpty();
        Files.createDirectories(folder.resolve("torch-cpu"));
        Files.createFile(folder.resolve("torch-cpu/pytorch-2-linux-x86_64.jar"));
        Files.createFile(folder.resolve("torch-cpu/pytorch-2.jar"));
        Files.createDirectories(folder.resolve("dl4j-cpu"));
        assertThat(EngineFolder.below(folder))
                .containsExactly(
                        new EngineFolder("dl4j-cpu", List.of()),
                        new EngineFolder("torch-cpu", List.of("pytorch-2-linux-x86_64.jar")));
    }

    @Test
    void gpusAreThoseThatTheDriverShows() {
        assertThat(Machine.gpus(List.of("echo", "0, NVIDIA H200, 580.65.06, 143771, 9.0")))
                .containsExactly(HOPPER);
        assertThat(Machine.gpus(List.of("false"))).isEmpty();
        assertThat(Machine.gpus(List.of("/there/is/no/such/program"))).isEmpty();
    }

    @Test
    void doctorOpensTheEngineOfThisJvm() {
        AlmaRun run = AlmaRun.of("doctor");
        assertThat(run.status()).isZero();
        assertThat(run.out()).contains("machine: ", "java: ", "engine of this JVM: dl4j (CPU, ");
    }
}
