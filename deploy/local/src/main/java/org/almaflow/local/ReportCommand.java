package org.almaflow.local;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.almaflow.observer.report.Report;
import org.almaflow.observer.report.ReportRun;
import org.almaflow.observer.report.ReportRuns;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code alma report}. */
@Command(
        name = "report",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = {
            "Make a page with pictures and tables of what one or several runs have done.",
            "Reads the files that alma demo wrote (--from), or the metric topics (--kafka). The"
                + " page needs no network; each picture is also there as PNG and SVG, each table as"
                + " CSV. A run that is not finished gives a report that says so."
        },
        footerHeading = "%nExample:%n",
        footer = {
            "  alma report --from runs/seed-0 --from runs/seed-1 --out runs/report",
            "  alma report --kafka 127.0.0.1:9092 --out report"
        })
final class ReportCommand implements Runnable {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    @Option(
            names = "--from",
            paramLabel = "DIR",
            arity = "1..*",
            description = "Folder of a run; several compare runs, or their seeds.")
    private List<Path> folders = List.of();

    @Mixin private RunOptions run;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            required = true,
            description = "Folder to write to; files of an earlier report are replaced.")
    private Path out;

    @Spec private CommandSpec spec;

    @Override
    public void run() {
        check();
        List<ReportRun> runs =
                folders.isEmpty()
                        ? List.of(
                                ReportRuns.inTopics(
                                        run.kafka().clientProperties(),
                                        run.kafka().topics(),
                                        run.id(),
                                        PATIENCE))
                        : ReportRuns.inFolders(folders);
        Report report = new Report(runs);
        Path page = report.write(out);
        PrintWriter print = spec.commandLine().getOut();
        report.missing().forEach(sentence -> print.println("missing: " + sentence));
        print.println("report " + page.toAbsolutePath().normalize());
    }

    private void check() {
        if (folders.isEmpty() && !run.kafka().isGiven()) {
            throw new UsageException(
                    "which run? name its folder with --from, or a broker with --kafka");
        }
        if (!folders.isEmpty() && (run.kafka().isGiven() || run.id().isPresent())) {
            throw new UsageException(
                    "--from reads files, --kafka and --run read topics; give one of the two");
        }
        for (Path folder : folders) {
            if (folder.toAbsolutePath().normalize().equals(out.toAbsolutePath().normalize())) {
                throw new UsageException(
                        "--out: the report would replace files of the run in %s; write to %s"
                                .formatted(folder, folder.resolve("report")));
            }
        }
    }
}
