package org.almaflow.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.Yaml;
import picocli.CommandLine;

/** Calls of the command line in compose.yaml and in the manifests, parsed as they would be. */
class DeployedCommandsTest {
    private static final Path ROOT = Path.of("../..");

    /** Every list of texts under {@code command} or {@code args}, after the program's name. */
    private static List<List<String>> calls(Path file) throws IOException {
        List<List<String>> calls = new ArrayList<>();
        for (Object document : new Yaml().loadAll(Files.readString(file))) {
            find(document, calls);
        }
        return calls;
    }

    private static void find(Object yaml, List<List<String>> calls) {
        if (yaml instanceof Map<?, ?> map) {
            if (map.get("command") instanceof List<?> command && command.get(0).equals("alma")) {
                List<String> call = new ArrayList<>();
                command.stream().skip(1).map(Object::toString).forEach(call::add);
                if (map.get("args") instanceof List<?> args) {
                    args.stream().map(Object::toString).forEach(call::add);
                }
                calls.add(call);
            }
            map.values().forEach(value -> find(value, calls));
        } else if (yaml instanceof List<?> list) {
            list.forEach(value -> find(value, calls));
        }
    }

    @Test
    void everyCallIsOneThatTheCommandLineKnows() throws IOException {
        List<List<String>> calls = calls(ROOT.resolve("deploy/docker/compose.yaml"));
        assertThat(calls).hasSize(4);
        calls.addAll(calls(ROOT.resolve("k8s/base/producer.yaml")));
        calls.addAll(calls(ROOT.resolve("k8s/base/observer.yaml")));
        assertThat(calls).hasSize(6);
        for (List<String> call : calls) {
            CommandLine.ParseResult parsed =
                    Alma.commandLine().parseArgs(call.toArray(String[]::new));
            assertThat(parsed.hasSubcommand()).as(call.toString()).isTrue();
        }
    }

    @Test
    void aCallThatItDoesNotKnowWouldBeSeen() {
        assertThatThrownBy(() -> Alma.commandLine().parseArgs("dashboard", "--tokens", "x"))
                .isInstanceOf(CommandLine.ParameterException.class);
    }

    /** A token that the dashboard would refuse as too short helps nobody. */
    @Test
    void theTokenOfComposeIsLongEnough() throws IOException {
        String token = Files.readString(ROOT.resolve("deploy/docker/dashboard.token")).strip();
        assertThat(token).hasSizeGreaterThanOrEqualTo(DashboardCommand.SHORTEST_TOKEN);
    }
}
