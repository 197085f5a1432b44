package org.almaflow.manifests;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The Dockerfile and compose.yaml, as far as they can be checked without building an image. */
class ContainersTest {
    private static final Path DOCKER = Kustomize.ROOT.resolve("deploy/docker");

    /** What the build lays out, which need not have run. */
    private static final String BUILT = "deploy/local/target/alma";

    private static final Set<String> INSTRUCTIONS =
            Set.of("ARG", "FROM", "RUN", "COPY", "ENV", "USER");

    /** Instructions with their continuation lines, without comments. */
    private static List<String> instructions() throws IOException {
        List<String> all = new ArrayList<>();
        boolean goesOn = false;
        for (String line : Files.readAllLines(DOCKER.resolve("Dockerfile"))) {
            if (line.isBlank() || line.startsWith("#")) {
                continue;
            }
            String text = line.strip().replaceAll("\\\\$", "").strip();
            if (goesOn) {
                all.set(all.size() - 1, all.get(all.size() - 1) + " " + text);
            } else {
                all.add(text);
            }
            goesOn = line.endsWith("\\");
        }
        return all;
    }

    private static List<String> words(String instruction) {
        return List.of(instruction.split("\\s+"));
    }

    @Test
    void everythingThatIsCopiedIsThere() throws IOException {
        Set<String> stages = new TreeSet<>();
        for (String instruction : instructions()) {
            List<String> words = words(instruction);
            assertThat(INSTRUCTIONS).contains(words.get(0));
            if (words.get(0).equals("FROM")) {
                assertThat(words.get(1))
                        .matches(w -> w.equals("${FLINK_IMAGE}") || stages.contains(w));
                stages.add(words.get(words.size() - 1));
            } else if (words.get(0).equals("COPY")) {
                copied(words, stages);
            }
        }
        assertThat(stages).contains("cpu", "cuda");
    }

    private static void copied(List<String> words, Set<String> stages) throws IOException {
        List<String> paths = words.stream().skip(1).filter(w -> !w.startsWith("--")).toList();
        String from =
                words.stream()
                        .filter(w -> w.startsWith("--from="))
                        .map(w -> w.substring("--from=".length()))
                        .findFirst()
                        .orElse("");
        if (!from.isEmpty()) {
            assertThat(stages).contains(from);
            return;
        }
        for (String path : paths.subList(0, paths.size() - 1)) {
            assertThat(Kustomize.ROOT.resolve(path))
                    .matches(p -> path.equals(BUILT) || Files.exists(p), "exists");
            assertThat(sent(path)).as(path + " is sent to the builder").isTrue();
        }
    }

    /** As .dockerignore says, whose last matching line counts. */
    private static boolean sent(String path) throws IOException {
        boolean sent = true;
        for (String line : Files.readAllLines(Kustomize.ROOT.resolve(".dockerignore"))) {
            boolean keep = line.startsWith("!");
            String pattern = line.replaceAll("^!", "").replaceAll("/$", "");
            String regex = pattern.replace(".", "\\.").replace("*", "[^/]*");
            String bare = path.replaceAll("/$", "");
            if (!line.startsWith("#") && (bare + "/").matches(regex + "/.*")) {
                sent = keep;
            }
        }
        return sent;
    }

    @Test
    void nobodyIsRootInTheEnd() throws IOException {
        List<String> users = instructions().stream().filter(i -> i.startsWith("USER ")).toList();
        assertThat(users.get(users.size() - 1)).isEqualTo("USER flink");
    }

    @Test
    void whatChangesOftenLiesOnTop() throws IOException {
        List<String> copies = instructions().stream().filter(i -> i.startsWith("COPY")).toList();
        assertThat(indexOf(copies, "/staged/engine/")).isLessThan(indexOf(copies, "/staged/lib/"));
        assertThat(indexOf(copies, "/staged/lib/")).isLessThan(indexOf(copies, "/staged/usrlib/"));
    }

    private static int indexOf(List<String> copies, String path) {
        for (int i = 0; i < copies.size(); i++) {
            if (copies.get(i).contains(path)) {
                return i;
            }
        }
        throw new AssertionError(path + " is not copied");
    }

    @Test
    void versionsAreThoseOfTheBuild() throws IOException {
        String pom = Files.readString(Kustomize.ROOT.resolve("pom.xml"));
        String docker = Files.readString(DOCKER.resolve("Dockerfile"));
        assertThat(docker).contains("flink:" + property(pom, "flink.version") + "-");
        assertThat(compose().at("/services/kafka/image").asText())
                .isEqualTo("apache/kafka:" + property(pom, "kafka.version"));
        String version = property(pom, "version").replace("-SNAPSHOT", "");
        for (String file :
                List.of(
                        "k8s/base/flink.yaml",
                        "k8s/base/producer.yaml",
                        "k8s/base/observer.yaml",
                        "deploy/docker/compose.yaml")) {
            assertThat(Files.readString(Kustomize.ROOT.resolve(file)))
                    .contains("image: almaflow:" + version + "-cpu");
        }
    }

    private static String property(String pom, String name) {
        Matcher found = Pattern.compile("<" + name + ">([^<]+)<").matcher(pom);
        assertThat(found.find()).isTrue();
        return found.group(1);
    }

    private static JsonNode compose() throws IOException {
        return Kustomize.file("deploy/docker/compose.yaml");
    }

    /** Else natives for GPUs would lie in a folder that calls itself the processor's. */
    @Test
    void aProfileForGpusFillsAFolderOfItsOwn() throws IOException {
        String profiles =
                Files.readString(Kustomize.ROOT.resolve("pom.xml")).split("<profiles>", 2)[1];
        Map<String, List<String>> wanted =
                Map.of(
                        "cuda", List.of("<dl4j.folder>dl4j-cuda<"),
                        "torch-cuda",
                                List.of(
                                        "<torch.folder>torch-cuda<",
                                        "<torch.classifier>linux-x86_64-gpu<"));
        for (String profile : profiles.split("</profile>", -1)) {
            wanted.forEach(
                    (id, properties) -> {
                        boolean own = profile.contains("<id>" + id + "</id>");
                        properties.forEach(p -> assertThat(profile.contains(p)).isEqualTo(own));
                    });
        }
        String docs = Files.readString(Kustomize.ROOT.resolve("docs/containers.md"));
        assertThat(docs).contains("-Pcuda ", "-Ptorch-cuda ");
    }

    @Test
    void composeIsWhatItsSpecificationKnows() throws IOException {
        ObjectNode schema;
        try (InputStream file = getClass().getResourceAsStream("/compose-spec.json")) {
            schema = (ObjectNode) new ObjectMapper().readTree(file);
        }
        withoutIds(schema);
        assertThat(Schemas.problem(schema, compose())).isEmpty();
        JsonNode wrong = compose();
        ((ObjectNode) wrong.at("/services/kafka")).put("port", "9092:9092");
        assertThat(Schemas.problem(schema, wrong)).contains("port");
    }

    /** Names of parts of the schema, as an older draft wrote them. */
    private static void withoutIds(ObjectNode schema) {
        if (schema.path("id").isTextual()) {
            schema.remove("id");
        }
        schema.forEach(
                child -> {
                    if (child instanceof ObjectNode object) {
                        withoutIds(object);
                    }
                });
    }

    @Test
    void composeHasEveryPartAndMountsWhatIsThere() throws IOException {
        JsonNode services = compose().get("services");
        List<String> names = new ArrayList<>();
        services.fieldNames().forEachRemaining(names::add);
        assertThat(names)
                .contains(
                        "kafka",
                        "jobmanager",
                        "taskmanager",
                        "producer",
                        "observer",
                        "prometheus",
                        "grafana");
        for (JsonNode service : services) {
            for (JsonNode volume : service.path("volumes")) {
                String source = volume.asText().split(":")[0];
                boolean folder = source.startsWith(".");
                assertThat(
                                folder
                                        ? Files.exists(DOCKER.resolve(source))
                                        : compose().at("/volumes").has(source))
                        .as(source)
                        .isTrue();
            }
            service.path("depends_on")
                    .fieldNames()
                    .forEachRemaining(other -> assertThat(names).contains(other));
        }
        assertThat(DOCKER.resolve(compose().at("/secrets/token/file").asText())).exists();
    }
}
