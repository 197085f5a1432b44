package org.almaflow.manifests;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every overlay, rendered, against the schemas of those who will read it. */
class ManifestsTest {
    @ParameterizedTest
    @ValueSource(strings = {"cpu", "gpu", "dev"})
    void everyResourceIsWhatItsReaderKnows(String overlay) throws Exception {
        List<JsonNode> resources = Kustomize.render(overlay);
        assertThat(resources).hasSizeGreaterThanOrEqualTo(26);
        Map<String, String> problems = new TreeMap<>();
        for (JsonNode resource : resources) {
            String problem = Schemas.problem(resource);
            if (!problem.isEmpty()) {
                problems.put(name(resource), problem);
            }
        }
        assertThat(problems).isEmpty();
    }

    private static String name(JsonNode resource) {
        return resource.get("kind").asText() + " " + resource.at("/metadata/name").asText();
    }

    private static JsonNode of(String kind) throws Exception {
        return Kustomize.render("cpu").stream()
                .filter(r -> r.get("kind").asText().equals(kind))
                .findFirst()
                .orElseThrow();
    }

    private static ObjectNode at(JsonNode resource, String path) {
        return (ObjectNode) resource.at(path);
    }

    /** The checks see what a cluster would drop, or refuse when it is too late. */
    @Test
    void whatIsWrongIsSeen() throws Exception {
        JsonNode deployment = of("Deployment");
        at(deployment, "/spec/template/spec/containers/0").put("readynessProbe", "x");
        assertThat(Schemas.problem(deployment)).contains("readynessProbe");

        JsonNode flink = of("FlinkDeployment");
        at(flink, "/spec/taskManager").put("replica", 2);
        assertThat(Schemas.problem(flink)).contains("replica");

        JsonNode pod = of("FlinkDeployment");
        at(pod, "/spec/podTemplate/spec/containers/0").put("volumeMount", "x");
        assertThat(Schemas.problem(pod)).contains("volumeMount");

        JsonNode mode = of("FlinkDeployment");
        at(mode, "/spec/job").put("upgradeMode", "save-point");
        assertThat(Schemas.problem(mode)).contains("upgradeMode");

        JsonNode topic = of("KafkaTopic");
        at(topic, "/spec").put("partition", 4);
        assertThat(Schemas.problem(topic)).contains("partition");

        JsonNode user = of("KafkaUser");
        at(user, "/spec/authentication").put("type", "scram-sha-1");
        assertThat(Schemas.problem(user)).isNotEmpty();

        JsonNode claim = of("PersistentVolumeClaim");
        at(claim, "/spec").put("accessMode", "ReadWriteMany");
        assertThat(Schemas.problem(claim)).contains("accessMode");
    }
}
