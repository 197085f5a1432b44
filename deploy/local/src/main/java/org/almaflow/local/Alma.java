package org.almaflow.local;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import org.almaflow.schemas.TrustedRecords;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The command line {@code alma}. */
@Command(
        name = "alma",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = {
            "Anytime learning at macroscale: chunks of labelled data arrive over Kafka, learners"
                    + " wait, train inside Flink and publish how good they are after every"
                    + " arrival."
        },
        footerHeading = "%nExample:%n",
        footer = "  alma demo",
        subcommands = {
            DemoCommand.class,
            DatasetsCommand.class,
            ProduceCommand.class,
            TopicsCommand.class,
            SubmitCommand.class,
            StopCommand.class,
            WatchCommand.class,
            DashboardCommand.class,
            ReportCommand.class,
            PredictCommand.class,
            ExportCommand.class,
            ExportRunCommand.class,
            GcCommand.class,
            ClusterCommand.class,
            DoctorCommand.class
        })
public final class Alma implements Runnable {
    /** Exit status of wrong usage and wrong input. */
    static final int WRONG_USAGE = 2;

    /** Exit status of what failed though it was asked for rightly. */
    static final int FAILED = 1;

    @Spec private CommandSpec spec;

    @Option(
            names = "--debug",
            scope = ScopeType.INHERIT,
            description = "Show the log, and the stack of an error.")
    private boolean debug;

    @Option(
            names = "--engine",
            scope = ScopeType.INHERIT,
            paramLabel = "NAME",
            description =
                    "Engine that computes, dl4j or torch, instead of the experiment's. The launcher"
                            + " starts a JVM with that engine.")
    private String engine;

    @Override
    public void run() {
        throw new UsageException("which command? one of " + commands());
    }

    private String commands() {
        return String.join(", ", spec.subcommands().keySet());
    }

    boolean debug() {
        return debug;
    }

    /** Makes {@code --engine} known to what reads experiments and lays out clusters. */
    void chooseEngine() {
        if (engine != null) {
            Installation.choose(engine);
        }
    }

    /** Runs one command and ends the JVM with its exit status. */
    public static void main(String[] args) {
        JvmSetup.apply();
        System.exit(
                execute(
                        new PrintWriter(System.out, true, StandardCharsets.UTF_8),
                        new PrintWriter(System.err, true, StandardCharsets.UTF_8),
                        args));
    }

    /** Runs one command; returns its exit status. */
    static int execute(PrintWriter out, PrintWriter err, String... args) {
        TrustedRecords.trust();
        return commandLine().setOut(out).setErr(err).execute(args);
    }

    static CommandLine commandLine() {
        Alma alma = new Alma();
        ErrorLine errors = new ErrorLine(alma);
        return new CommandLine(alma)
                .setUsageHelpAutoWidth(true)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionStrategy(errors.logging(new CommandLine.RunLast()))
                .setParameterExceptionHandler(errors)
                .setExecutionExceptionHandler(errors);
    }
}
