package org.almaflow.engine.dl4j;

import org.almaflow.learning.engine.EngineClaims;
import org.almaflow.learning.engine.EngineException;
import org.almaflow.learning.engine.EngineOptions;
import org.almaflow.learning.engine.NvidiaSmi;
import org.bytedeco.javacpp.Loader;
import org.nd4j.common.config.ND4JClassLoading;
import org.nd4j.linalg.api.ops.executioner.OpExecutioner.ExecutionerType;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.nativeblas.NativeOpsHolder;

/**
 * Loads ND4J's native library, once a JVM, and sets its number of threads.
 *
 * <p>The libraries hold that number, and how much memory arrays may take, for the whole process:
 * {@link EngineClaims}.
 */
public final class Natives {
    private static final String NO_LIBRARY =
            "ND4J's native library cannot be loaded on %s: put nd4j-native with a classifier for"
                    + " this platform on the class path (build with -Dnd4j.classifier=... and"
                    + " -Dnative.platform=...)";

    private static final EngineClaims CLAIMS = new EngineClaims();

    private Natives() {}

    /**
     * Makes ND4J usable by the calling thread.
     *
     * @return what the engine computes with; {@link #release} it
     * @throws EngineException when there is no library for this platform, or another engine insists
     *     on another thread count or native memory
     */
    static synchronized EngineOptions claim(EngineOptions options) {
        if (!options.tuning().isEmpty()) {
            throw new EngineException(
                    "engine dl4j computes in float32 alone and has no tuning %s; leave engine-tuning out or use engine torch"
                            .formatted(options.tuning()));
        }
        if (Generations.cuda()) {
            Generations.requireSupported(options.device(), NvidiaSmi.CAPABILITIES);
        } else {
            options.requireNoGpu("ND4J", "dl4j-cuda");
        }
        load();
        int devices = Nd4j.getAffinityManager().getNumberOfDevices();
        if (options.device() < 0 || options.device() >= devices) {
            throw new EngineException(
                    "there is no device %d; this machine's devices are 0 to %d"
                            .formatted(options.device(), devices - 1));
        }
        EngineOptions claimed = CLAIMS.claim(options);
        pin(claimed);
        return claimed;
    }

    /** Gives a claim back; the last one lets the next engine choose. */
    static synchronized void release(EngineOptions claimed) {
        CLAIMS.release(claimed);
    }

    /** Where and how an engine computes, for people. */
    static String description(EngineOptions claimed) {
        return "%s, %d thread%s"
                .formatted(
                        isCpu() ? "CPU" : "GPU " + claimed.device(),
                        claimed.threads(),
                        claimed.threads() == 1 ? "" : "s");
    }

    /** What arrays of a device hold now, as the limit counts it. */
    static long bytes(int device) {
        return Nd4j.getEnvironment().getDeviceCouner(device);
    }

    /** How much memory arrays may take, for people. */
    static synchronized String limit() {
        return CLAIMS.limit();
    }

    /** Whether arrays live in host memory, where Java may read and write them in place. */
    static boolean isCpu() {
        return Nd4j.getExecutioner().type() == ExecutionerType.NATIVE_CPU;
    }

    /**
     * Loads the library, for work that is no engine's.
     *
     * @throws EngineException when there is no library for this platform
     */
    public static void load() {
        // JavaCPP would end the process's growth at 4 x Xmx, which says nothing about arrays that
        // live outside the heap. Both properties are read when the classes load.
        setUnlessSet("org.bytedeco.javacpp.maxphysicalbytes", "0");
        setUnlessSet("org.nd4j.log.initialization", "false");
        // ND4J would keep the context class loader of the first thread for all it loads later. In a
        // Flink task that is the job's: once that job has ended, no other could train in this JVM.
        ND4JClassLoading.setNd4jClassloaderFromClass(Natives.class);
        try {
            Nd4j.getExecutioner();
        } catch (LinkageError | RuntimeException e) {
            throw new EngineException(NO_LIBRARY.formatted(Loader.getPlatform()), e);
        }
    }

    /** OpenMP keeps its thread count for each calling thread, BLAS and ND4J for the process. */
    private static void pin(EngineOptions options) {
        if (!isCpu()) {
            Nd4j.getAffinityManager().unsafeSetDevice(options.device());
        }
        // Of all limits of JavaCPP and ND4J the only one that counts arrays (decision 15); 0 is
        // none.
        Nd4j.getEnvironment().setDeviceLimit(options.device(), options.nativeMemory());
        int threads = options.threads();
        // No more than OMP_NUM_THREADS said when the library loaded: ND4J's own operations.
        Nd4j.getEnvironment().setMaxMasterThreads(threads);
        NativeOpsHolder.getInstance().getDeviceNativeOps().setOmpNumThreads(threads);
        Nd4j.factory().blas().setMaxThreads(threads);
    }

    private static void setUnlessSet(String property, String value) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, value);
        }
    }
}
