package org.almaflow.local;

import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import org.almaflow.learning.engine.Engine;
import org.almaflow.learning.engine.EngineException;
import org.almaflow.learning.engine.EngineOptions;
import org.almaflow.learning.engine.Engines;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code alma doctor}. */
@Command(
        name = "doctor",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = {
            "Show this machine's processor, memory, GPUs and driver, the engines that are laid out,"
                    + " and what would be refused here and why; then open the engine of this JVM.",
            "The exit status is 1 when that engine cannot be used."
        },
        footerHeading = "%nExample:%n",
        footer = {"  alma doctor", "  alma doctor --engine torch"})
final class DoctorCommand implements Callable<Integer> {
    @Spec private CommandSpec spec;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        Machine machine = Machine.here();
        describe(machine, out);
        for (EngineFolder folder : EngineFolder.below(Installation.folder().resolve("engines"))) {
            out.printf(
                    "%s: %s%n",
                    folder.name(),
                    folder.refusal(machine)
                            .map(why -> "would be refused: " + why)
                            .orElse("can be used: " + String.join(", ", folder.natives())));
        }
        return open(out) ? 0 : Alma.FAILED;
    }

    private static void describe(Machine machine, PrintWriter out) {
        out.printf(
                "machine: %s, %d cores%s, %d MiB of memory free%n",
                machine.system(),
                machine.cores(),
                machine.avx2() ? " with AVX2" : "",
                machine.freeMemory() >> 20);
        out.printf(
                "java: %s, heap of %d MiB at most%n",
                Runtime.version(), Runtime.getRuntime().maxMemory() >> 20);
        if (machine.gpus().isEmpty()) {
            out.println("GPUs: none (nvidia-smi shows no NVIDIA driver)");
        }
        for (Machine.Gpu gpu : machine.gpus()) {
            out.printf(
                    "GPU %d: %s, %d MiB, compute capability %s, driver %s%n",
                    gpu.index(), gpu.name(), gpu.memory(), gpu.capability(), gpu.driver());
        }
    }

    private static boolean open(PrintWriter out) {
        List<String> here = Engines.installed();
        if (here.isEmpty()) {
            out.println("engine of this JVM: none is on its class path");
        }
        boolean usable = !here.isEmpty();
        for (String name : here) {
            try (Engine engine = Engines.find(name).open(EngineOptions.defaults())) {
                out.println("engine of this JVM: " + engine.description());
            } catch (EngineException e) {
                out.println("engine of this JVM: " + name + " is refused: " + e.getMessage());
                usable = false;
            }
        }
        return usable;
    }
}
