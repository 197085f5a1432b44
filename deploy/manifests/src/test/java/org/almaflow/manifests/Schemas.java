package org.almaflow.manifests;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion.VersionFlag;
import com.networknt.schema.ValidationMessage;
import io.strimzi.api.kafka.model.topic.KafkaTopic;
import io.strimzi.api.kafka.model.user.KafkaUser;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.InvocationTargetException;
import java.util.Set;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;

/**
 * What is wrong with a resource, by the schema of whoever will read it. A field that the schema
 * does not have is wrong, too; a cluster would drop it in silence.
 */
final class Schemas {
    private static final String MODELS = "io.kubernetes.client.openapi.models.";
    private static final String FLINK =
            "/META-INF/fabric8/flinkdeployments.flink.apache.org-v1.yml";

    /** The newest operator that is published as a library ends before Flink 2. */
    private static final String FLINK_2 = "v2_2";

    private static final ObjectMapper STRICT =
            new ObjectMapper()
                    .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                    .setAnnotationIntrospector(
                            new JacksonAnnotationIntrospector() {
                                private static final long serialVersionUID = 1;

                                @Override
                                public Boolean hasAnySetter(Annotated annotated) {
                                    return false;
                                }
                            });

    private Schemas() {}

    /** One sentence; empty when nothing is wrong. */
    static String problem(JsonNode resource) throws IOException, ReflectiveOperationException {
        String api = resource.path("apiVersion").asText();
        if (api.startsWith("flink.apache.org/")) {
            return flink(resource);
        }
        return api.startsWith("kafka.strimzi.io/") ? strimzi(resource) : kubernetes(resource);
    }

    /** The models are made from Kubernetes' OpenAPI description. */
    private static String kubernetes(JsonNode resource) throws ReflectiveOperationException {
        Class<?> model = Class.forName(MODELS + "V1" + resource.path("kind").asText());
        try {
            model.getMethod("validateJsonElement", JsonElement.class)
                    .invoke(null, JsonParser.parseString(resource.toString()));
            return "";
        } catch (InvocationTargetException e) {
            return String.valueOf(e.getCause().getMessage());
        }
    }

    private static String strimzi(JsonNode resource) {
        Class<?> model =
                resource.path("kind").asText().equals("KafkaTopic")
                        ? KafkaTopic.class
                        : KafkaUser.class;
        try {
            JsonNode read = new ObjectMapper().valueToTree(STRICT.treeToValue(resource, model));
            return missing("", resource, read);
        } catch (IOException e) {
            return e.getMessage();
        }
    }

    /** What a model did not take over, such as an unknown word of an enum. */
    private static String missing(String path, JsonNode written, JsonNode read) {
        if (written.isContainerNode()) {
            if (written.isArray() && written.size() != read.size()) {
                return path + " is not taken over";
            }
            StringBuilder all = new StringBuilder();
            written.fieldNames()
                    .forEachRemaining(
                            f -> all.append(missing(path + "." + f, written.get(f), read.path(f))));
            for (int i = 0; written.isArray() && i < written.size(); i++) {
                all.append(missing(path + "[" + i + "]", written.get(i), read.path(i)));
            }
            return all.toString();
        }
        return written.asText().equals(read.asText()) ? "" : path + " is not taken over; ";
    }

    private static String flink(JsonNode resource) throws IOException {
        ObjectNode copy = resource.deepCopy();
        ObjectNode spec = (ObjectNode) copy.get("spec");
        if (!spec.path("flinkVersion").asText().equals(FLINK_2)) {
            return "flinkVersion is %s and not %s".formatted(spec.get("flinkVersion"), FLINK_2);
        }
        spec.put("flinkVersion", "v1_20");
        try (InputStream file = Schemas.class.getResourceAsStream(FLINK)) {
            LoaderOptions large = new LoaderOptions();
            large.setCodePointLimit(1 << 22);
            JsonNode definition = new ObjectMapper().valueToTree(new Yaml(large).load(file));
            JsonNode version = definition.get("spec").get("versions").get(0);
            JsonNode schema = version.get("schema").get("openAPIV3Schema");
            return problem(strict(schema.get("properties").get("spec")), spec);
        }
    }

    /** By a JSON schema, as compose has it where it names a draft, else as OpenAPI has it. */
    static String problem(JsonNode schema, JsonNode document) {
        VersionFlag draft = schema.has("$schema") ? VersionFlag.V7 : VersionFlag.V4;
        JsonSchema read = JsonSchemaFactory.getInstance(draft).getSchema(schema);
        Set<ValidationMessage> found = read.validate(document);
        return found.isEmpty() ? "" : found.toString();
    }

    /** As the API server reads a definition, and without fields that it would drop. */
    private static JsonNode strict(JsonNode schema) {
        if (schema instanceof ObjectNode object) {
            boolean open =
                    object.has("additionalProperties")
                            || object.path("x-kubernetes-preserve-unknown-fields").asBoolean();
            if (object.path("properties").isObject() && object.has("type") && !open) {
                object.put("additionalProperties", false);
            }
            if (object.path("x-kubernetes-int-or-string").asBoolean()) {
                object.putArray("type").add("integer").add("string").add("number");
            }
        }
        schema.forEach(Schemas::strict);
        return schema;
    }
}
