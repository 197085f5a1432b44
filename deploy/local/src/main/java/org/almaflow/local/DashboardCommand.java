package org.almaflow.local;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.almaflow.observer.dashboard.Dashboard;
import org.almaflow.observer.dashboard.DashboardSettings;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code alma dashboard}. */
@Command(
        name = "dashboard",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = {
            "Show the runs of the metric topics as a web page, live; Ctrl-C ends it.",
            "Listens on the loopback address, so that only this machine can open it. On any other"
                    + " address it wants a token. POST /predict answers questions in JSON where a"
                    + " predictor runs."
        },
        footerHeading = "%nExample:%n",
        footer = {
            "  alma dashboard --kafka 127.0.0.1:9092",
            "  alma dashboard --host 0.0.0.0 --port 8090 --token-file token.txt"
        })
final class DashboardCommand implements Runnable {
    private static final int DEFAULT_PORT = 8090;
    static final int SHORTEST_TOKEN = 16;
    static final String THIS_MACHINE = "only this machine can open it";

    @Mixin private KafkaOptions kafka;

    @Option(
            names = "--host",
            paramLabel = "NAME",
            defaultValue = DashboardSettings.DEFAULT_HOST,
            description = "Name or address to listen at (default: ${DEFAULT-VALUE}).")
    private String host;

    @Option(
            names = "--port",
            paramLabel = "N",
            defaultValue = "" + DEFAULT_PORT,
            description = "Port to listen at; 0: any that is free (default: ${DEFAULT-VALUE}).")
    private int port;

    @Option(
            names = "--token-file",
            paramLabel = "FILE",
            description =
                    "File with the token that everybody has to give who opens it (default: none).")
    private Path tokenFile;

    @Option(
            names = "--timeout",
            paramLabel = "D",
            converter = Spans.class,
            description = "End after this time, such as 30s (default: on Ctrl-C).")
    private Duration timeout;

    @Spec private CommandSpec spec;

    @Override
    public void run() {
        PrintWriter out = spec.commandLine().getOut();
        DashboardSettings settings =
                new DashboardSettings(
                        kafka.clientProperties(),
                        kafka.topics(),
                        host,
                        port("--port", port),
                        token(),
                        new ExampleImages());
        try (Dashboard dashboard = Dashboard.start(settings, out::println)) {
            out.println("dashboard " + dashboard.address() + "  (" + reach(dashboard) + ")");
            await();
        }
    }

    private String reach(Dashboard dashboard) {
        if (tokenFile == null) {
            return THIS_MACHINE + "; --host and --token-file let others in";
        }
        String token = "with the token in " + tokenFile;
        return dashboard.loopback()
                ? THIS_MACHINE + ", " + token + "; --host lets others in"
                : "opens " + token;
    }

    private void await() {
        CountDownLatch never = new CountDownLatch(1);
        try {
            if (timeout == null) {
                never.await();
            } else {
                boolean unused = never.await(timeout.toMillis(), TimeUnit.MILLISECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The number when it is that of a port; 0 stands for any. */
    static int port(String option, int number) {
        if (number < 0 || number > 65_535) {
            throw new UsageException(
                    "%s: %d is no port; give 0 (any) to 65535".formatted(option, number));
        }
        return number;
    }

    private Optional<String> token() {
        if (tokenFile == null) {
            return Optional.empty();
        }
        try {
            String token = Files.readString(tokenFile).strip();
            if (token.length() < SHORTEST_TOKEN) {
                throw new UsageException(
                        "--token-file: the token in %s has %d characters; make one of %d or more, such as with openssl rand -hex 16"
                                .formatted(tokenFile, token.length(), SHORTEST_TOKEN));
            }
            return Optional.of(token);
        } catch (IOException e) {
            throw new UsageException(
                    "--token-file: cannot read %s; name a file that holds the token"
                            .formatted(tokenFile),
                    e);
        }
    }
}
