package org.almaflow.engine.torch;

import java.io.IOException;
import java.util.List;
import java.util.Set;
import org.almaflow.learning.engine.EngineClaims;
import org.almaflow.learning.engine.EngineException;
import org.almaflow.learning.engine.EngineOptions;
import org.almaflow.learning.engine.NvidiaSmi;
import org.almaflow.learning.engine.Tuning;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.openblas.global.openblas_nolapack;
import org.bytedeco.pytorch.global.torch;

/**
 * Loads LibTorch, once a JVM, and sets its number of threads.
 *
 * <p>The library holds that number for the whole process, and a {@link Budget} how much memory all
 * may take: {@link EngineClaims}.
 */
final class Natives {
    private static final String FOLDER = "/org/bytedeco/pytorch/";
    private static final List<String> LIBRARIES =
            List.of("c10", "torch_cpu", "c10_cuda", "torch_cuda_linalg", "torch_cuda", "torch");

    /** The oldest compute capability that the CUDA build has code for. */
    private static final double OLDEST = 7.5;

    private static final EngineClaims CLAIMS = new EngineClaims();

    private static boolean loaded;

    private Natives() {}

    /**
     * Makes LibTorch usable by the calling thread.
     *
     * @return what the engine computes with; {@link #release} it
     * @throws EngineException when there is no library for this platform, no such device, or
     *     another engine insists on another thread count or native memory
     */
    static synchronized EngineOptions claim(EngineOptions options) {
        boolean cuda = cudaBuild();
        if (cuda) {
            requireSupported(options.device(), NvidiaSmi.CAPABILITIES);
        } else {
            options.requireNoGpu("LibTorch", "torch-cuda");
        }
        load(cuda);
        int index = cuda ? device(options.device()) : processor(options.device());
        EngineOptions claimed = CLAIMS.claim(options);
        torch.set_num_threads(claimed.threads());
        openblas_nolapack.blas_set_num_threads(claimed.threads());
        Budget.of(index).limit(claimed.nativeMemory());
        return claimed;
    }

    /** Gives a claim back; the last one lets the next engine choose. */
    static synchronized void release(EngineOptions claimed) {
        CLAIMS.release(claimed);
    }

    /** Where an engine computes. */
    static Place place(EngineOptions claimed) {
        int index = cudaBuild() ? claimed.device() : Place.CPU;
        return new Place(index, description(index, claimed), claimed.tuning());
    }

    private static String description(int index, EngineOptions options) {
        StringBuilder text = new StringBuilder(index == Place.CPU ? "CPU" : "GPU " + index);
        text.append(", ").append(options.threads()).append(" thread");
        if (options.threads() > 1) {
            text.append('s');
        }
        Set<Tuning> tuning = options.tuning();
        tuning.stream().sorted().forEach(t -> text.append(", ").append(t.label()));
        return text.toString();
    }

    /** Whether the class path has the CUDA build of LibTorch. */
    static boolean cudaBuild() {
        return resource(Loader.getPlatform() + "-gpu/libtorch_cuda.so") != null;
    }

    private static java.net.URL resource(String path) {
        return Natives.class.getResource(FOLDER + path);
    }

    /** An older GPU would fail, and only at its first kernel. */
    static void requireSupported(int device, List<String> program) {
        NvidiaSmi.capability(device, program)
                .filter(capability -> Double.parseDouble(capability) < OLDEST)
                .ifPresent(
                        capability -> {
                            throw new EngineException(
                                    "GPU %d has compute capability %s, and LibTorch's CUDA 13 has code for %s (Turing) and newer; use another GPU, or the lib folder torch-cpu"
                                            .formatted(device, capability, OLDEST));
                        });
    }

    private static int processor(int device) {
        if (device != 0) {
            throw new EngineException(
                    "there is no device %d; this build of LibTorch has the processor alone, as device 0"
                            .formatted(device));
        }
        return Place.CPU;
    }

    private static int device(int device) {
        if (!torch.cuda_is_available()) {
            throw new EngineException(
                    "the class path has LibTorch for GPUs, but no GPU can be used: install an"
                        + " NVIDIA driver for CUDA 13 (nvidia-smi shows it), or use the torch-cpu"
                        + " lib folder");
        }
        int devices = torch.cuda_device_count();
        if (device < 0 || device >= devices) {
            throw new EngineException(
                    "there is no device %d; this machine's devices are 0 to %d"
                            .formatted(device, devices - 1));
        }
        return device;
    }

    private static void load(boolean cuda) {
        if (loaded) {
            return;
        }
        // JavaCPP would end the process's growth at 4 x Xmx, which says nothing about tensors that
        // live outside the heap. Read when its classes load.
        if (System.getProperty("org.bytedeco.javacpp.maxphysicalbytes") == null) {
            System.setProperty("org.bytedeco.javacpp.maxphysicalbytes", "0");
        }
        try {
            unpack(cuda);
            Loader.load(torch.class);
            loaded = true;
        } catch (LinkageError | RuntimeException | IOException e) {
            throw new EngineException(
                    "LibTorch's native library cannot be loaded on %s: put pytorch and openblas with a classifier for this platform on the class path (lib folder torch-cpu, or torch-cuda with CUDA 13 installed)"
                            .formatted(Loader.getPlatform()),
                    e);
        }
    }

    /**
     * Unpacks every library before the first is loaded. JavaCPP does it one by one, and a library
     * that needs another one which is not there yet is given the system's: another LibTorch.
     */
    private static void unpack(boolean cuda) throws IOException {
        String folder = Loader.getPlatform() + (cuda ? "-gpu" : "") + "/lib";
        for (String library : LIBRARIES) {
            String path = folder + library + ".so";
            if (resource(path) != null) {
                Loader.cacheResource(torch.class, FOLDER + path);
            }
        }
    }
}
