package org.almaflow.local;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** CUDA 13 with cuDNN 9, which LibTorch's build for GPUs takes from the machine. */
final class CudaLibraries {
    /** As tests/gpu.sh looks for them. */
    static final List<String> NEEDED =
            List.of(
                    "libcudart.so.13",
                    "libcublas.so.13",
                    "libcublasLt.so.13",
                    "libcudnn.so.9",
                    "libcufft.so.12",
                    "libcurand.so.10",
                    "libcusolver.so.12",
                    "libcusparse.so.12");

    private CudaLibraries() {}

    /**
     * The libraries that the loader would not find.
     *
     * @param cache a program that lists the loader's cache, as {@code ldconfig -p} does
     * @param folders as in LD_LIBRARY_PATH
     */
    static List<String> lacking(List<String> cache, String folders) {
        String cached = said(cache);
        List<Path> searched =
                Stream.of(folders.split(Pattern.quote(File.pathSeparator), -1))
                        .filter(folder -> !folder.isEmpty())
                        .map(Path::of)
                        .toList();
        return NEEDED.stream()
                .filter(library -> !cached.contains(library))
                .filter(
                        library ->
                                searched.stream().noneMatch(f -> Files.exists(f.resolve(library))))
                .toList();
    }

    private static String said(List<String> program) {
        try {
            Process process = new ProcessBuilder(program).redirectErrorStream(true).start();
            return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            return ""; // there is no such program, and so no cache
        }
    }
}
