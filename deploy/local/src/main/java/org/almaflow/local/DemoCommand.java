package org.almaflow.local;

import java.time.Clock;
import java.time.ZoneId;
import java.util.concurrent.Callable;
import org.almaflow.learning.engine.Engines;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code alma demo}. */
@Command(
        name = "demo",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = {
            "Run an experiment on this machine: Kafka, Flink, the producer and the job in one"
                    + " process.",
            "Shows the learners while they learn, and writes summary.json, evaluations.csv,"
                    + " sessions.csv, decisions.csv and a report with pictures. Ctrl-C stops it;"
                    + " what there is by then is written.",
            "A long run that is started with --resume and --out survives Ctrl-C and a kill: the"
                    + " same command goes on where it stopped, and does nothing when all is done."
        },
        footerHeading = "%nExample:%n",
        footer = {
            "  alma demo",
            "  alma demo --engine torch",
            "  alma demo --chunks 10 --interval 500ms --out /tmp/demo",
            "  alma demo --experiment deploy/experiments/study-cifar10.yaml --out runs/cifar10"
                    + " --resume"
        })
final class DemoCommand implements Callable<Integer> {
    @Mixin private DemoOptions options;
    @Spec private CommandSpec spec;

    @Override
    public Integer call() {
        options.check();
        ExperimentFile file = options.experimentFile();
        Engines.find(file.experiment().engine()); // says what is missing before anything starts
        String id = RunId.of(file.experiment().name(), Clock.system(ZoneId.systemDefault()));
        StopSignal stop = new StopSignal();
        return StopOnSignal.whileRunning(stop, () -> run(file, id, stop));
    }

    private int run(ExperimentFile file, String id, StopSignal stop) {
        Terminal terminal = Terminal.of(spec.commandLine().getOut());
        try (OutFolder out = OutFolder.take(options.out(id));
                FolderRun run =
                        options.resumes()
                                ? FolderRun.resume(out, file, id)
                                : FolderRun.begin(out, file, id, false)) {
            if (run.complete()) {
                terminal.out().println(out.folder() + " has all results of this experiment");
                return 0;
            }
            Logs.toFile(out.folder().resolve("alma.log"), run.goesOn());
            Display display =
                    options.progress() && !Logs.onConsole()
                            ? Display.on(terminal, true)
                            : new PlainDisplay(terminal.out(), options.progress());
            DemoReport report =
                    new DemoReport(file.experiment(), run.id(), out, display, terminal::width);
            return new DemoRun(options, file, run, out, report, stop).run();
        }
    }
}
