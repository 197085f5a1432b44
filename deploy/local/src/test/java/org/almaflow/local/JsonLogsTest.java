package org.almaflow.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against a broker that is not there, whose client logs its settings first. */
class JsonLogsTest {
    private static final String[] COMMAND = {"topics", "create", "--kafka", "127.0.0.1:1"};

    @TempDir private Path folder;

    @Test
    void everyMessageIsAnObjectOfItsOwnLineWhereTheEnvironmentAsksForIt() throws Exception {
        List<String> lines = lines(Map.of("ALMA_LOGS", "json"));

        List<String> objects = lines.stream().filter(line -> line.startsWith("{")).toList();
        assertThat(objects).isNotEmpty();
        for (String object : objects) {
            JsonNode message = new ObjectMapper().readTree(object);
            assertThat(message.fieldNames())
                    .toIterable()
                    .contains("@timestamp", "log.level", "message", "log.logger");
        }
        // What the command says itself stays a line for people, and is the only one.
        assertThat(lines).hasSize(objects.size() + 1);
    }

    @Test
    void withoutItACommandSaysWhatIsWrongAndNothingElse() throws Exception {
        assertThat(lines(Map.of("ALMA_LOGS", "plain"))).hasSize(1);
    }

    private List<String> lines(Map<String, String> environment) throws Exception {
        try (TestingProcess alma =
                TestingProcess.start(folder.resolve("console"), environment, COMMAND)) {
            assertThat(alma.end()).isNotZero();
            return alma.console().lines().toList();
        }
    }
}
