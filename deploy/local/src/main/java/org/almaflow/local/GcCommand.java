package org.almaflow.local;

import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.almaflow.pipeline.store.CommittedEvents;
import org.almaflow.pipeline.store.Garbage;
import org.almaflow.pipeline.store.Garbage.Finding;
import org.almaflow.pipeline.store.Garbage.Findings;
import org.almaflow.schemas.TopicException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code alma gc}. */
@Command(
        name = "gc",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = {
            "List the files of a storage that nobody needs any more, and remove them with"
                    + " --delete.",
            "Kept is what a committed event, a checkpoint or a savepoint names, what a run needs"
                    + " that can go on, and what is young. Jobs may run meanwhile."
        },
        footerHeading = "%nExample:%n",
        footer = "  alma gc --storage /data/alma --kafka 127.0.0.1:9092 --delete")
final class GcCommand implements Runnable {
    private static final Duration PATIENCE = Duration.ofSeconds(15);

    /** A job may take as long from writing a file to the checkpoint that names it. */
    private static final Duration LEAST_AGE = Duration.ofHours(1);

    @Option(
            names = "--storage",
            paramLabel = "URI",
            required = true,
            description = "Folder of chunk and model files, as jobs were given it.")
    private String storage;

    @Mixin private KafkaOptions kafka;

    @Option(
            names = "--older-than",
            paramLabel = "D",
            converter = Spans.class,
            defaultValue = "24h",
            description =
                    "Leave alone what was written or used later (default: ${DEFAULT-VALUE}; 1h at"
                            + " least).")
    private Duration age;

    @Option(
            names = "--savepoint",
            paramLabel = "URI",
            description =
                    "Folder of a savepoint or checkpoint outside STORAGE/runs that must stay"
                            + " usable; may be repeated.")
    private List<String> savepoints = List.of();

    @Option(
            names = "--ignore-events",
            description =
                    "Ask no broker: for a storage whose broker and events are gone for good. Files"
                            + " that only events name are then removed.")
    private boolean ignoreEvents;

    @Option(names = "--delete", description = "Remove the files instead of listing them only.")
    private boolean delete;

    @Spec private CommandSpec spec;

    @Override
    public void run() {
        if (age.compareTo(LEAST_AGE) < 0) {
            throw new UsageException(
                    "--older-than: %d s is too short for a job to name what it has written; give 1h or more"
                            .formatted(age.toSeconds()));
        }
        try {
            Findings found = search();
            PrintWriter out = spec.commandLine().getOut();
            list(out, found);
            if (delete) {
                report(out, found, Garbage.remove(found.abandoned()));
            }
        } catch (IOException e) {
            throw new FailureException(
                    "storage %s cannot be searched: %s".formatted(storage, RootCause.sentence(e)),
                    e);
        }
    }

    private Findings search() throws IOException {
        List<URI> named = savepoints.stream().map(DemoOptions::uri).toList();
        Garbage garbage = new Garbage(DemoOptions.uri(storage), age, named, Clock.systemUTC());
        if (ignoreEvents) {
            return garbage.search(reader -> {});
        }
        try {
            return garbage.search(new CommittedEvents(kafka.clientProperties(), PATIENCE));
        } catch (TopicException e) {
            throw new FailureException(
                    e.getMessage() + "; with --ignore-events no broker is asked", e);
        }
    }

    private void list(PrintWriter out, Findings found) {
        for (Finding one : found.abandoned()) {
            out.println(
                    "%,14d bytes  %s  %s: %s"
                            .formatted(
                                    one.bytes(),
                                    Instant.ofEpochMilli(one.modified())
                                            .truncatedTo(ChronoUnit.SECONDS),
                                    one.place(),
                                    one.reason()));
        }
        out.println(
                "%,d files, %s, can go; %,d files, %s, stay%s"
                        .formatted(
                                found.abandoned().size(),
                                size(found.bytes()),
                                found.kept(),
                                size(found.allBytes() - found.bytes()),
                                delete || found.abandoned().isEmpty()
                                        ? ""
                                        : " (nothing is removed without --delete)"));
    }

    private static void report(PrintWriter out, Findings found, List<Finding> gone) {
        long bytes = gone.stream().mapToLong(Finding::bytes).sum();
        int left = found.abandoned().size() - gone.size();
        out.println(
                "removed %,d files, %s%s"
                        .formatted(
                                gone.size(),
                                size(bytes),
                                left == 0 ? "" : "; %,d were used since and stay".formatted(left)));
    }

    private static String size(long bytes) {
        return bytes < 1 << 20
                ? "%,d bytes".formatted(bytes)
                : "%,.1f MiB".formatted(bytes / 1048576d);
    }
}
