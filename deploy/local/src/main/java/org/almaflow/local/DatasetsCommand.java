package org.almaflow.local;

import java.io.PrintWriter;
import java.nio.file.Path;
import org.almaflow.producer.dataset.Datasets;
import org.almaflow.producer.dataset.FetchRequest;
import org.almaflow.producer.dataset.KnownDataset;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code alma datasets}. */
@Command(
        name = "datasets",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = "List the data sets that are known by name, or fetch one.",
        footerHeading = "%nExample:%n",
        footer = "  alma datasets fetch mnist")
final class DatasetsCommand implements Runnable {
    @Spec private CommandSpec spec;

    @Override
    public void run() {
        throw new UsageException("which command? alma datasets list, or alma datasets fetch NAME");
    }

    @Command(
            name = "list",
            mixinStandardHelpOptions = true,
            versionProvider = Version.class,
            description = "List the data sets that are known by name.",
            footerHeading = "%nExample:%n",
            footer = "  alma datasets list")
    void list() {
        PrintWriter out = spec.commandLine().getOut();
        for (KnownDataset known : Datasets.known()) {
            out.printf("%-14s %s%n", known.label(), known.description());
            out.printf("%-14s %s%n", "", known.origin());
        }
        out.println();
        out.println(
                "Your own data: a folder of class-named sub-folders with PNG or JPEG images, or");
        out.println("a CSV file; name its path as the experiment's dataset.");
    }

    @Command(
            name = "fetch",
            mixinStandardHelpOptions = true,
            versionProvider = Version.class,
            description = "Bring a data set into the cache and verify it.",
            footerHeading = "%nExample:%n",
            footer = "  alma datasets fetch cifar-10 --from ~/downloads/cifar-10-batches-bin")
    void fetch(
            @Parameters(paramLabel = "NAME", description = "Name of the data set; see list.")
                    String name,
            @Option(
                            names = "--from",
                            paramLabel = "DIR",
                            description = "Folder to look in before anything else.")
                    Path from,
            @Option(
                            names = "--cache",
                            paramLabel = "DIR",
                            description =
                                    "Folder that keeps data sets (default:"
                                            + " ~/.cache/almaflow/datasets).")
                    Path cache) {
        Display display = Display.on(Terminal.of(spec.commandLine().getOut()), true);
        DatasetConsole console = new DatasetConsole(display::step, display::say, System::nanoTime);
        Path folder = Datasets.fetch(new FetchRequest(name, from, cache), console);
        display.rest();
        display.say("%s is in %s, every file verified".formatted(name, folder));
    }
}
