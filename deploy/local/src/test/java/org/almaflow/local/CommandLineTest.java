package org.almaflow.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

class CommandLineTest {
    @TempDir Path folder;

    static Stream<List<String>> commands() {
        List<List<String>> all = new ArrayList<>();
        collect(Alma.commandLine(), List.of(), all);
        return all.stream();
    }

    private static void collect(CommandLine at, List<String> path, List<List<String>> all) {
        all.add(path);
        at.getSubcommands()
                .forEach(
                        (name, command) -> {
                            List<String> below = new ArrayList<>(path);
                            below.add(name);
                            collect(command, below, all);
                        });
    }

    @ParameterizedTest
    @MethodSource("commands")
    void everyCommandHasHelpWithAnExample(List<String> command) {
        List<String> args = new ArrayList<>(command);
        args.add("--help");
        AlmaRun run = AlmaRun.of(args.toArray(String[]::new));
        assertThat(run.status()).isZero();
        String call = String.join(" ", command.isEmpty() ? List.of("demo") : command);
        assertThat(run.out()).contains("Usage: alma").containsPattern("Example:\\R  alma " + call);
        assertThat(run.err()).isEmpty();
    }

    @Test
    void commandsAreTheDocumentedOnes() {
        assertThat(Alma.commandLine().getSubcommands().keySet())
                .containsExactlyInAnyOrder(
                        "demo",
                        "datasets",
                        "produce",
                        "topics",
                        "submit",
                        "stop",
                        "watch",
                        "dashboard",
                        "report",
                        "predict",
                        "export",
                        "export-run",
                        "gc",
                        "cluster",
                        "doctor");
    }

    @Test
    void hasAVersion() {
        assertThat(AlmaRun.of("--version").out()).startsWith("alma ");
    }

    @Test
    void suggestsTheCommandThatWasMeant() {
        assertFails(2, "unknown command 'dmeo'; did you mean demo?", "dmeo");
        assertFails(2, "which command?");
        assertFails(2, "which command?", "topics");
        assertFails(2, "unknown command 'creat'; did you mean create?", "topics", "creat");
    }

    @Test
    void aLearnerThatDoesNotFitTheDataSetIsRefusedBeforeAnythingStarts() throws IOException {
        String small =
                TestingExperiment.text("mnist")
                        .replace("  label_column: kind\n", "")
                        .replace("{type: mlp, hidden: [8]}", "{type: vgg, channels: 4}");
        Path file = Files.writeString(folder.resolve("small.yaml"), small);
        for (String[] args :
                List.of(
                        new String[] {
                            "demo",
                            "--experiment",
                            file.toString(),
                            "--out",
                            folder.resolve("out").toString()
                        },
                        new String[] {"submit", file.toString(), "--storage", "/tmp/x"})) {
            AlmaRun run = AlmaRun.of(args);
            assertThat(run.status()).isEqualTo(2);
            assertThat(run.err())
                    .contains("learner 'w1'")
                    .contains("28 x 28 are too small for 5 max-pools");
        }
    }

    @Test
    void suggestsTheOptionThatWasMeant() {
        assertFails(2, "unknown option '--chunk'; did you mean --chunks?", "demo", "--chunk", "3");
        assertFails(
                2, "unknown option '--frobnicate' (see alma demo --help)", "demo", "--frobnicate");
    }

    @Test
    void refusesValuesOutOfRange() {
        assertFails(2, "--chunks: 0 is too few; give 1 or more", "demo", "--chunks", "0");
        assertFails(2, "name it with --out", "demo", "--resume");
        assertFails(
                2,
                "use alma submit --from last",
                "demo",
                "--resume",
                "--out=" + folder,
                "--kafka=localhost:1");
        assertFails(2, "there is no option 'speed'", "demo", "-O", "speed=9");
        assertFails(2, "concurrent-sessions", "demo", "-O", "concurrent-sessions=none");
        assertFails(2, "--chunks: -3 is too few", "demo", "--chunks", "-3");
        assertFails(2, "'--chunks': 'many' is not a whole number", "demo", "--chunks", "many");
        assertFails(2, "'-1s' is not a duration", "demo", "--interval", "-1s");
        assertFails(2, "'soon' is not a duration", "demo", "--interval=soon");
        assertFails(2, "--native-memory is '1m'", "demo", "--native-memory", "1m");
        assertFails(2, "--web-port: 70000 is no port", "demo", "--web-port", "70000");
        assertFails(2, "--max: 0 is no number of events", "watch", "evaluations", "--max", "0");
        assertFails(2, "one of the two", "export-run", "--to", "mlflow", "--out", "x");
        assertFails(2, "--until-arrival: 0 is no arrival", "watch", "--until-arrival", "0");
        assertFails(2, "'noon' is neither a time such as 2026", "watch", "--since", "noon");
        assertFails(2, "give one", "watch", "--since", "10m", "--from-beginning");
    }

    @Test
    void refusesAnExperimentFileThatIsNotThere() {
        assertFails(
                2,
                "experiment file nowhere.yaml does not exist",
                "demo",
                "--experiment",
                "nowhere.yaml");
        assertFails(2, "it is a folder", "demo", "--experiment", folder.toString());
    }

    @Test
    void namesTheWrongKeyOfAnExperiment() throws IOException {
        Path file = folder.resolve("wrong.yaml");
        Files.writeString(file, TestingExperiment.text("people.csv").replace("hidden", "hiden"));
        AlmaRun run = assertFails(2, "hiden", "demo", "--experiment", file.toString());
        assertThat(run.err()).contains("wrong.yaml");
    }

    @Test
    void refusesAReadOnlyOutputFolderBeforeAnythingStarts() throws IOException {
        Path locked = Files.createDirectory(folder.resolve("locked"));
        Files.setPosixFilePermissions(locked, PosixFilePermissions.fromString("r-xr-xr-x"));
        AlmaRun run =
                assertFails(1, "cannot write to output folder", "demo", "--out", locked.toString());
        assertThat(run.out()).isEmpty();
        assertFails(1, "cannot write to output folder", "demo", "--out", locked + "/below");
        assertFails(1, "cannot write to output folder", "demo", "--out", "/proc/alma/out");
    }

    @Test
    void namesABrokerThatIsNotThere() {
        assertFails(
                1,
                "no Kafka broker answers at 127.0.0.1:1 within 1 s",
                "topics",
                "check",
                "--kafka",
                "127.0.0.1:1",
                "--timeout",
                "1s");
        assertFails(
                2,
                "'localhost' is no broker; write HOST:PORT",
                "topics",
                "check",
                "--kafka",
                "localhost");
    }

    @Test
    void namesADataSetThatIsNotThere() throws IOException {
        Path file = folder.resolve("experiment.yaml");
        Files.writeString(file, TestingExperiment.text(folder.resolve("nothing.csv").toString()));
        assertFails(
                1,
                "nothing.csv",
                "demo",
                "--experiment",
                file.toString(),
                "--out",
                folder.resolve("out").toString());
        assertFails(1, "mnits", "datasets", "fetch", "mnits");
    }

    @Test
    void namesAMetricTopicThatIsNotThere() {
        assertFails(2, "there is no metric topic 'losses'; watch evaluations", "watch", "losses");
    }

    @Test
    void theDashboardRefusesWhatWouldLetAnybodyIn() throws IOException {
        assertFails(2, "give a --token-file", "dashboard", "--host", "0.0.0.0");
        assertFails(2, "--port: 70000 is no port", "dashboard", "--port", "70000");
        assertFails(2, "--dashboard-port: -1 is no port", "demo", "--dashboard-port", "-1");
        Path token = Files.writeString(folder.resolve("token.txt"), "short\n");
        assertFails(2, "has 5 characters", "dashboard", "--token-file", token.toString());
        assertFails(2, "cannot read", "dashboard", "--token-file", folder + "/none");
    }

    @Test
    void theDashboardStartsWithoutABrokerAndSaysWhoCanOpenIt() throws IOException {
        assertThat(dashboard())
                .containsPattern("dashboard http://127.0.0.1:\\d+/")
                .contains("(only this machine can open it; --host and --token-file let others in)");
        Path token = Files.writeString(folder.resolve("token.txt"), "0123456789abcdef\n");
        assertThat(dashboard("--token-file=" + token))
                .contains(
                        "(only this machine can open it, with the token in " + token + "; --host");
        assertThat(dashboard("--token-file=" + token, "--host=0.0.0.0"))
                .contains("(opens with the token in " + token + ")")
                .doesNotContain("only this machine");
    }

    private static String dashboard(String... options) {
        Stream<String> call =
                Stream.of("dashboard", "--port=0", "--kafka=127.0.0.1:1", "--timeout=100ms");
        AlmaRun run = AlmaRun.of(Stream.concat(call, Stream.of(options)).toArray(String[]::new));
        assertThat(run.status()).isZero();
        return run.out();
    }

    @Test
    void reportNamesWhatItCannotRead() throws IOException {
        String out = folder.resolve("report").toString();
        Path empty = Files.createDirectory(folder.resolve("empty"));
        assertFails(2, "which run?", "report", "--out", out);
        assertFails(
                2, "has no evaluations.csv", "report", "--from", empty.toString(), "--out", out);
        assertFails(
                2,
                "write to " + empty.resolve("report"),
                "report",
                "--from",
                empty.toString(),
                "--out",
                empty.toString());
        assertFails(
                2,
                "give one of the two",
                "report",
                "--from",
                empty.toString(),
                "--run",
                "x",
                "--out",
                out);
        Files.writeString(empty.resolve("evaluations.csv"), "learner\na\n");
        assertFails(
                2, "has no column 'family'", "report", "--from", empty.toString(), "--out", out);
        assertFails(1, "no Kafka broker answers", "report", "--kafka", "127.0.0.1:1", "--out", out);
    }

    @Test
    void showsTheStackWithDebug() {
        AlmaRun run = AlmaRun.of("--debug", "demo", "--chunks", "0");
        assertThat(run.status()).isEqualTo(2);
        assertThat(run.errorLines().get(0)).startsWith("alma: --chunks: 0 is too few");
        assertThat(run.err()).contains("UsageException", "\tat org.almaflow.local.");
    }

    static AlmaRun assertFails(int status, String message, String... args) {
        AlmaRun run = AlmaRun.of(args);
        assertThat(run.errorLines()).hasSize(1);
        assertThat(run.err()).startsWith("alma: ").contains(message);
        assertThat(run.status()).isEqualTo(status);
        return run;
    }
}
