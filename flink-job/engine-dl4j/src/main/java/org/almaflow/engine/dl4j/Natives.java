package org.almaflow.engine.dl4j;

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
 * <p>The libraries hold that number, and how much memory arrays may take, for the whole process, so
 * the first engine decides them and an engine that asks for others is refused.
 */
public final class Natives {
    private static final String NO_LIBRARY =
            "ND4J's native library cannot be loaded on %s: put nd4j-native with a classifier for"
                    + " this platform on the class path (build with -Dnd4j.classifier=... and"
                    + " -Dnative.platform=...)";

    /** Threads of this JVM's engines; 0 before the first. */
    private static int threads;

    /** Bytes that this JVM's arrays may take; 0 for no limit. */
    private static long memory;

    private Natives() {}

    /**
     * Makes ND4J usable by the calling thread.
     *
     * @return where and how it computes, for people
     * @throws EngineException when there is no library for this platform, or the thread count or
     *     the native memory differs from the first engine's
     */
    static synchronized String claim(EngineOptions options) {
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
        if (threads != 0 && threads != options.threads()) {
            throw new EngineException(
                    "this JVM's engines compute with %d threads, so none can with %d; use one number"
                            .formatted(threads, options.threads()));
        }
        if (threads != 0 && memory != options.nativeMemory()) {
            throw new EngineException(
                    "this JVM's engines may take %s of native memory, so none can be given %s; use one size"
                            .formatted(size(memory), size(options.nativeMemory())));
        }
        threads = options.threads();
        memory = options.nativeMemory();
        pin(options);
        String device = isCpu() ? "CPU" : "GPU " + options.device();
        return "%s, %d thread%s".formatted(device, threads, threads == 1 ? "" : "s");
    }

    /** What arrays of a device hold now, as the limit counts it. */
    static long bytes(int device) {
        return Nd4j.getEnvironment().getDeviceCouner(device);
    }

    /** How much memory arrays may take, for people. */
    static synchronized String limit() {
        return size(memory);
    }

    private static String size(long bytes) {
        return bytes == 0 ? "any amount" : (bytes >> 20) + " MiB";
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
        if (memory > 0) {
            // Of all limits of JavaCPP and ND4J the only one that counts arrays (decision 15).
            Nd4j.getEnvironment().setDeviceLimit(options.device(), memory);
        }
        Nd4j.getEnvironment().setMaxThreads(threads);
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
