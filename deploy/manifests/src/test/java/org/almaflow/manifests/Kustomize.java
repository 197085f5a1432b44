package org.almaflow.manifests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.yaml.snakeyaml.Yaml;

/** Renders an overlay with the kustomize of this machine, alone or in kubectl. */
final class Kustomize {
    static final Path ROOT = Path.of("../..");

    private Kustomize() {}

    /** The resources of an overlay. */
    static List<JsonNode> render(String overlay) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(tool());
        command.add(ROOT.resolve("k8s/overlays").resolve(overlay).toString());
        Process process = new ProcessBuilder(command).start();
        byte[] rendered = process.getInputStream().readAllBytes();
        String error = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(error).isZero();
        return documents(new String(rendered, StandardCharsets.UTF_8));
    }

    /** Every document of a YAML text. */
    static List<JsonNode> documents(String yaml) {
        List<JsonNode> all = new ArrayList<>();
        for (Object document : new Yaml().loadAll(yaml)) {
            all.add(new ObjectMapper().valueToTree(document));
        }
        return all;
    }

    /** The only document of a file. */
    static JsonNode file(String path) throws IOException {
        return documents(Files.readString(ROOT.resolve(path))).get(0);
    }

    private static List<String> tool() {
        Optional<Path> kubectl = onPath("kubectl");
        Optional<Path> kustomize = onPath("kustomize");
        assumeTrue(
                kubectl.isPresent() || kustomize.isPresent(),
                "neither kubectl nor kustomize is installed (Debian's package kubernetes-client)");
        return kubectl.map(k -> List.of(k.toString(), "kustomize"))
                .orElseGet(() -> List.of(kustomize.orElseThrow().toString(), "build"));
    }

    private static Optional<Path> onPath(String name) {
        return Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
                .map(folder -> Path.of(folder, name))
                .filter(Files::isExecutable)
                .findFirst();
    }
}
