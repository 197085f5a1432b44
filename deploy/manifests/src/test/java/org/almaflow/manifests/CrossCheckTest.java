package org.almaflow.manifests;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.almaflow.learning.experiment.ExperimentReader;
import org.almaflow.pipeline.JobOption;
import org.almaflow.schemas.TopicSpec;
import org.almaflow.schemas.Topics;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Names, ports, topics and options of the manifests against the code and against each other. */
class CrossCheckTest {
    private static List<JsonNode> all(String overlay, String kind) throws Exception {
        return Kustomize.render(overlay).stream()
                .filter(r -> r.get("kind").asText().equals(kind))
                .toList();
    }

    private static JsonNode flink(String overlay) throws Exception {
        return all(overlay, "FlinkDeployment").get(0).get("spec");
    }

    private static Map<String, String> arguments(String overlay) throws Exception {
        Map<String, String> arguments = new LinkedHashMap<>();
        JsonNode list = flink(overlay).at("/job/args");
        for (int i = 0; i < list.size(); i += 2) {
            assertThat(list.get(i).asText()).startsWith("--");
            arguments.put(list.get(i).asText().substring(2), list.get(i + 1).asText());
        }
        return arguments;
    }

    private static Set<String> texts(List<JsonNode> nodes, String path) {
        return nodes.stream()
                .map(n -> n.at(path).asText())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @ParameterizedTest
    @ValueSource(strings = {"cpu", "gpu", "dev"})
    void topicsAreThoseThatTheCommandLineMakes(String overlay) throws Exception {
        List<JsonNode> written = all(overlay, "KafkaTopic");
        assertThat(texts(written, "/metadata/name"))
                .containsExactlyInAnyOrderElementsOf(
                        Topics.standard().all().stream().map(TopicSpec::name).toList());
        for (TopicSpec topic : Topics.standard().all()) {
            JsonNode one =
                    written.stream()
                            .filter(t -> t.at("/metadata/name").asText().equals(topic.name()))
                            .findFirst()
                            .orElseThrow();
            assertThat(one.at("/spec/partitions").asInt()).isEqualTo(topic.partitions());
            assertThat(one.at("/spec/config/cleanup.policy").asText())
                    .isEqualTo(topic.compacted() ? "compact" : "");
            assertThat(one.at("/spec/config/retention.ms").asText())
                    .isEqualTo(topic.name().equals(Topics.standard().chunks()) ? "-1" : "");
            assertThat(one.at("/spec/config/min.insync.replicas").asInt())
                    .isLessThanOrEqualTo(one.at("/spec/replicas").asInt());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"cpu", "gpu", "dev"})
    void usersMayUseTopicsThatThereAre(String overlay) throws Exception {
        Set<String> topics = texts(all(overlay, "KafkaTopic"), "/metadata/name");
        for (JsonNode user : all(overlay, "KafkaUser")) {
            for (JsonNode acl : user.at("/spec/authorization/acls")) {
                JsonNode resource = acl.get("resource");
                String name = resource.get("name").asText();
                boolean prefix = resource.path("patternType").asText().equals("prefix");
                if (resource.get("type").asText().equals("topic")) {
                    assertThat(topics).anyMatch(t -> prefix ? t.startsWith(name) : t.equals(name));
                } else {
                    assertThat(prefix).isTrue();
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"cpu", "gpu", "dev"})
    void theJobsArgumentsAreOptionsOfTheJob(String overlay) throws Exception {
        Set<String> known =
                Arrays.stream(JobOption.values()).map(JobOption::key).collect(Collectors.toSet());
        Map<String, String> arguments = arguments(overlay);
        assertThat(arguments.keySet())
                .allMatch(key -> key.startsWith("kafka.") || known.contains(key));
        assertThat(arguments.keySet())
                .containsAll(
                        Arrays.stream(JobOption.values())
                                .filter(o -> o.defaultValue() == null)
                                .map(JobOption::key)
                                .toList());
        assertThat(arguments.get("native-memory"))
                .as("what the TaskManagers have declared")
                .isEqualTo(flinkKey(overlay, "taskmanager.memory.task.off-heap.size"));
        String entry = flink(overlay).at("/job/entryClass").asText().replace('.', '/');
        assertThat(JobOption.class.getResource("/" + entry + ".class")).isNotNull();
        assertThat(all(overlay, "KafkaUser"))
                .filteredOn(u -> u.at("/metadata/name").asText().equals("almaflow-job"))
                .allMatch(
                        u ->
                                u.toString()
                                        .contains(
                                                "\"name\":\"%s-\",\"patternType\":\"prefix\",\"type\":\"transactionalId\""
                                                        .formatted(
                                                                arguments
                                                                        .get("run")
                                                                        .replaceAll("-.*", ""))));
    }

    private static String flinkKey(String overlay, String key) throws Exception {
        return flink(overlay).get("flinkConfiguration").path(key).asText();
    }

    @ParameterizedTest
    @ValueSource(strings = {"cpu", "gpu", "dev"})
    void everyClientSpeaksToKafkaAlike(String overlay) throws Exception {
        Properties file = new Properties();
        try (Reader in =
                Files.newBufferedReader(Kustomize.ROOT.resolve("k8s/base/client.properties"))) {
            file.load(in);
        }
        Map<String, String> job = new LinkedHashMap<>();
        arguments(overlay)
                .forEach(
                        (key, value) -> {
                            if (key.equals("bootstrap-servers")) {
                                job.put("bootstrap.servers", value);
                            } else if (key.startsWith("kafka.")) {
                                job.put(key.substring("kafka.".length()), value);
                            }
                        });
        assertThat(job).isEqualTo(file);
    }

    @ParameterizedTest
    @ValueSource(strings = {"cpu", "gpu", "dev"})
    void theExperimentIsTheDemos(String overlay) throws Exception {
        String text =
                all(overlay, "ConfigMap").stream()
                        .map(c -> c.at("/data/experiment.yaml").asText())
                        .filter(t -> !t.isEmpty())
                        .findFirst()
                        .orElseThrow();
        assertThat(text).isEqualTo(read("deploy/experiments/mnist-waiting.yaml"));
        assertThat(ExperimentReader.read(text, "experiment").learners()).isNotEmpty();
    }

    private static String read(String path) throws IOException {
        return Files.readString(Kustomize.ROOT.resolve(path));
    }

    @ParameterizedTest
    @ValueSource(strings = {"cpu", "gpu", "dev"})
    void portsAgree(String overlay) throws Exception {
        String metrics = flinkKey(overlay, "metrics.reporter.prom.port");
        assertThat(
                        flink(overlay)
                                .at("/podTemplate/spec/containers/0/ports/0/containerPort")
                                .asText())
                .isEqualTo(metrics);
        String policies = all(overlay, "NetworkPolicy").toString();
        assertThat(policies).contains("\"port\":" + metrics, "\"port\":8081", "\"port\":8080");
        assertThat(read("deploy/prometheus/prometheus.yml")).contains("port: " + metrics);
        JsonNode observer =
                all(overlay, "Deployment").get(0).at("/spec/template/spec/containers/0");
        String port = observer.at("/ports/0/containerPort").asText();
        List<String> arguments = new ArrayList<>();
        observer.get("args").forEach(a -> arguments.add(a.asText()));
        assertThat(arguments.get(arguments.indexOf("--port") + 1)).isEqualTo(port);
        assertThat(policies).contains("\"port\":" + port);
    }

    /** What is asked is what listens; and Prometheus finds what the reporter serves. */
    @ParameterizedTest
    @ValueSource(strings = {"cpu", "gpu", "dev"})
    void everyProcessIsProbedAndScraped(String overlay) throws Exception {
        JsonNode flink = flink(overlay);
        String rest = flinkKey(overlay, "rest.port");
        String rpc = flinkKey(overlay, "taskmanager.rpc.port");
        JsonNode jobManager = flink.at("/jobManager/podTemplate/spec/containers/0");
        JsonNode taskManager = flink.at("/taskManager/podTemplate/spec/containers/0");
        assertThat(jobManager.at("/readinessProbe/httpGet/port").asText()).isEqualTo(rest);
        assertThat(jobManager.at("/livenessProbe/tcpSocket/port").asText()).isEqualTo(rest);
        assertThat(taskManager.at("/readinessProbe/tcpSocket/port").asText()).isEqualTo(rpc);
        assertThat(taskManager.at("/livenessProbe/tcpSocket/port").asText()).isEqualTo(rpc);
        for (JsonNode container : List.of(jobManager, taskManager)) {
            assertThat(container.get("name"))
                    .isEqualTo(flink.at("/podTemplate/spec/containers/0/name"));
        }
        JsonNode annotations = flink.at("/podTemplate/metadata/annotations");
        assertThat(annotations.path("prometheus.io/scrape").asText()).isEqualTo("true");
        assertThat(annotations.path("prometheus.io/port").asText())
                .isEqualTo(flinkKey(overlay, "metrics.reporter.prom.port"));
        assertThat(taskManager.at("/resources/limits/nvidia.com~1gpu").asText())
                .isEqualTo(overlay.equals("gpu") ? "1" : "");
        JsonNode observer =
                all(overlay, "Deployment").get(0).at("/spec/template/spec/containers/0");
        assertThat(observer.has("readinessProbe")).isTrue();
        assertThat(observer.has("livenessProbe")).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"cpu", "gpu", "dev"})
    void nobodyIsAdmittedWithoutBeingNamed(String overlay) throws Exception {
        for (JsonNode policy : all(overlay, "NetworkPolicy")) {
            for (JsonNode rule : policy.at("/spec/ingress")) {
                assertThat(rule.path("from")).as(policy.toString()).isNotEmpty();
            }
        }
    }

    /** Secrets that Strimzi makes are called as the users, and that of the CA as the cluster. */
    @ParameterizedTest
    @ValueSource(strings = {"cpu", "gpu", "dev"})
    void everySecretAndClaimIsThere(String overlay) throws Exception {
        Set<String> secrets = texts(all(overlay, "KafkaUser"), "/metadata/name");
        String cluster =
                all(overlay, "KafkaUser")
                        .get(0)
                        .at("/metadata/labels/strimzi.io~1cluster")
                        .asText();
        secrets.add(cluster + "-cluster-ca-cert");
        secrets.add("almaflow-dashboard"); // the user makes it
        Set<String> configs = texts(all(overlay, "ConfigMap"), "/metadata/name");
        Set<String> claims = texts(all(overlay, "PersistentVolumeClaim"), "/metadata/name");
        assertThat(arguments(overlay).get("bootstrap-servers"))
                .startsWith(cluster + "-kafka-bootstrap:");
        for (JsonNode pod : pods(overlay)) {
            Set<String> mounted = new TreeSet<>();
            pod.at("/containers/0/volumeMounts").forEach(m -> mounted.add(m.get("name").asText()));
            Set<String> declared = new TreeSet<>();
            for (JsonNode volume : pod.get("volumes")) {
                declared.add(volume.get("name").asText());
                check(volume.at("/secret/secretName").asText(), secrets);
                check(volume.at("/persistentVolumeClaim/claimName").asText(), claims);
                check(volume.at("/configMap/name").asText(), configs);
            }
            assertThat(mounted).isEqualTo(declared);
        }
    }

    private static void check(String name, Set<String> there) {
        if (!name.isEmpty()) {
            assertThat(there).contains(name);
        }
    }

    private static List<JsonNode> pods(String overlay) throws Exception {
        return List.of(
                flink(overlay).at("/podTemplate/spec"),
                all(overlay, "Job").get(0).at("/spec/template/spec"),
                all(overlay, "Deployment").get(0).at("/spec/template/spec"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"cpu", "gpu", "dev"})
    void nothingRunsAsRootOrMayBecomeIt(String overlay) throws Exception {
        for (JsonNode pod : pods(overlay)) {
            assertThat(pod.at("/securityContext/runAsNonRoot").asBoolean()).isTrue();
            JsonNode security = pod.at("/containers/0/securityContext");
            assertThat(security.path("allowPrivilegeEscalation").asBoolean(true)).isFalse();
            assertThat(security.at("/capabilities/drop/0").asText()).isEqualTo("ALL");
        }
        // Flink's entry script writes configuration into the image; ours write nothing there.
        assertThat(pods(overlay))
                .filteredOn(p -> p.at("/containers/0/command/0").asText().equals("alma"))
                .hasSize(2)
                .allMatch(
                        p ->
                                p.at("/containers/0/securityContext/readOnlyRootFilesystem")
                                        .asBoolean());
    }

    @ParameterizedTest
    @ValueSource(strings = {"cpu", "gpu", "dev"})
    void selectorsFindTheirPods(String overlay) throws Exception {
        JsonNode observer = all(overlay, "Deployment").get(0);
        JsonNode labels = observer.at("/spec/template/metadata/labels");
        assertThat(labels).isEqualTo(observer.at("/spec/selector/matchLabels"));
        assertThat(all(overlay, "Service").get(0).at("/spec/selector")).isEqualTo(labels);
        String flink = all(overlay, "FlinkDeployment").get(0).at("/metadata/name").asText();
        assertThat(all(overlay, "PodDisruptionBudget").get(0).at("/spec/selector/matchLabels/app"))
                .hasToString("\"" + flink + "\"");
        assertThat(texts(all(overlay, "NetworkPolicy"), "/spec/podSelector/matchLabels/app"))
                .containsExactly("almaflow", "almaflow-observer", "almaflow-producer");
        assertThat(flink(overlay).get("serviceAccount").asText())
                .isEqualTo(all(overlay, "ServiceAccount").get(0).at("/metadata/name").asText());
    }

    @ParameterizedTest
    @ValueSource(strings = {"cpu", "gpu", "dev"})
    void flinkIsSetAsOutsideOfKubernetes(String overlay) throws Exception {
        String file = read("deploy/flink/conf/config.yaml");
        for (String key :
                List.of(
                        "metrics.reporter.prom.factory.class",
                        "classloader.parent-first-patterns.additional")) {
            assertThat(file).contains(key + ": " + flinkKey(overlay, key));
        }
        assertThat(file.replaceAll("\\s+", " "))
                .contains("--add-opens=java.base/java.util=ALL-UNNAMED")
                .contains(
                        "-Dorg.apache.avro.SERIALIZABLE_PACKAGES="
                                + flinkKey(overlay, "env.java.opts.all")
                                        .replaceAll(".*=", "")
                                        .strip());
        if (overlay.equals("gpu")) {
            JsonNode gpu = Kustomize.file("deploy/flink/conf/gpu.yaml");
            gpu.fieldNames()
                    .forEachRemaining(
                            key ->
                                    assertThat(gpu.get(key).asText())
                                            .isEqualTo(value(overlay, key)));
        }
    }

    private static String value(String overlay, String key) {
        try {
            return flinkKey(overlay, key);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}
