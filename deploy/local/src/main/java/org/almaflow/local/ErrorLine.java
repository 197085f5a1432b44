package org.almaflow.local;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.almaflow.learning.experiment.ExperimentException;
import org.almaflow.learning.export.ExportException;
import org.almaflow.observer.dashboard.DashboardException;
import org.almaflow.observer.report.ReportException;
import org.almaflow.pipeline.JobOptionsException;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IExecutionStrategy;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * Turns every error into one line on the error stream and an exit status; with {@code --debug} the
 * stack follows.
 */
final class ErrorLine implements IParameterExceptionHandler, IExecutionExceptionHandler {
    private final Alma alma;

    ErrorLine(Alma alma) {
        this.alma = alma;
    }

    /** Chooses where the log goes, and the engine, before a command runs. */
    IExecutionStrategy logging(IExecutionStrategy next) {
        return parsed -> {
            if (alma.debug() || Logs.asked()) {
                Logs.toConsole();
            }
            alma.chooseEngine();
            return next.execute(parsed);
        };
    }

    @Override
    public int handleParseException(ParameterException e, String[] args) {
        CommandLine command = e.getCommandLine();
        String help = "see " + command.getCommandSpec().qualifiedName() + " --help";
        String what = e instanceof UnmatchedArgumentException u ? unmatched(u) : parameter(e);
        print(command, what + " (" + help + ")", e);
        return Alma.WRONG_USAGE;
    }

    private static String parameter(ParameterException e) {
        Throwable cause = e.getCause();
        return cause instanceof UsageException
                ? e.getArgSpec() == null
                        ? cause.getMessage()
                        : option(e) + ": " + cause.getMessage()
                : decapitalised(e.getMessage());
    }

    private static String option(ParameterException e) {
        return e.getArgSpec() instanceof CommandLine.Model.OptionSpec option
                ? option.longestName()
                : e.getArgSpec().paramLabel();
    }

    private static String unmatched(UnmatchedArgumentException e) {
        String argument = e.getUnmatched().get(0);
        boolean option = argument.startsWith("-");
        String kind =
                option
                        ? "option"
                        : e.getCommandLine().getSubcommands().isEmpty() ? "argument" : "command";
        List<String> close = suggestions(e, argument);
        return "unknown %s '%s'%s"
                .formatted(
                        kind,
                        argument,
                        close.isEmpty()
                                ? ""
                                : "; did you mean "
                                        + close.stream()
                                                .limit(2)
                                                .collect(Collectors.joining(" or "))
                                        + "?");
    }

    private static List<String> suggestions(UnmatchedArgumentException e, String argument) {
        List<String> known = new ArrayList<>();
        if (argument.startsWith("-")) {
            e.getCommandLine()
                    .getCommandSpec()
                    .options()
                    .forEach(option -> known.add(option.longestName()));
        } else {
            known.addAll(e.getCommandLine().getSubcommands().keySet());
        }
        return Spelling.closest(argument, known);
    }

    @Override
    public int handleExecutionException(Exception e, CommandLine command, ParseResult parsed) {
        print(command, sentence(e), e);
        return isInput(e) ? Alma.WRONG_USAGE : Alma.FAILED;
    }

    private static boolean isInput(Exception e) {
        return e instanceof UsageException
                || e instanceof ExperimentException
                || e instanceof ExportException
                || e instanceof ReportException
                || e instanceof DashboardException
                || e instanceof JobOptionsException;
    }

    /** The message of an exception on one line; of its root cause when it has none itself. */
    static String sentence(Throwable e) {
        Throwable at = e;
        while (at.getMessage() == null && at.getCause() != null) {
            at = at.getCause();
        }
        return at.getMessage() == null ? at.getClass().getSimpleName() : oneLine(at.getMessage());
    }

    /** The text without its line breaks. */
    static String oneLine(String text) {
        return text.strip().replaceAll("\\s*\\R\\s*", " ");
    }

    private static String decapitalised(String message) {
        String line =
                oneLine(message)
                        .replaceAll("is not an? (int|long|short)$", "is not a whole number");
        boolean word = line.length() > 1 && Character.isLowerCase(line.charAt(1));
        return word ? Character.toLowerCase(line.charAt(0)) + line.substring(1) : line;
    }

    private void print(CommandLine command, String line, Exception e) {
        command.getErr().println("alma: " + line);
        if (alma.debug()) {
            e.printStackTrace(command.getErr());
        }
        command.getErr().flush();
    }
}
