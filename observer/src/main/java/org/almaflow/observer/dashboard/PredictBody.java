package org.almaflow.observer.dashboard;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.almaflow.observer.predict.Question;
import org.almaflow.schemas.ElementType;
import org.almaflow.schemas.FeatureSpec;
import org.almaflow.schemas.ModelChoice;

/**
 * A question in JSON. Examples are arrays of numbers, flat or nested as the stream's shape has
 * them, or PNG and JPEG files in base64. What fits no stream goes to the predictor as it is, which
 * knows what would be right.
 */
final class PredictBody {
    /** For messages. */
    static final String SAMPLE = "{\"learner\": \"sm-w1\", \"inputs\": [[0, 0, …]]}";

    /** Bytes of features in one request: what fits into a Kafka record with its head. */
    static final int MOST_BYTES = 900_000;

    /** Examples in one request, so that its answer fits too. */
    static final int MOST_EXAMPLES = 256;

    private static final Set<String> KEYS =
            Set.of("learner", "stream", "choice", "maxModelAgeSeconds", "inputs", "images");
    private static final ObjectMapper JSON =
            new ObjectMapper(
                            JsonFactory.builder()
                                    .streamReadConstraints(
                                            StreamReadConstraints.builder()
                                                    .maxNestingDepth(16)
                                                    .build())
                                    .build())
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private final JsonNode body;
    private final Specs specs;
    private final Optional<FeatureSpec> spec;

    private PredictBody(JsonNode body, Specs specs) {
        this.body = body;
        this.specs = specs;
        this.spec = specs.spec(text(body, "stream"), text(body, "learner"));
    }

    /** What is known of streams and learners; null stands for any. */
    interface Specs {
        /** What an example is; empty when no such model has been published. */
        Optional<FeatureSpec> spec(String stream, String learner);

        /** Whether there is such a learner, with a model or not yet. */
        boolean knows(String stream, String learner);
    }

    /**
     * Reads a body.
     *
     * @throws RefusedException when it is no question
     */
    static Question question(byte[] bytes, Specs specs, ImageReading images) {
        JsonNode body = parsed(bytes);
        if (!body.isObject()) {
            throw wrong("the body is no JSON object; send one such as " + SAMPLE);
        }
        body.fieldNames().forEachRemaining(PredictBody::requireKnown);
        return new PredictBody(body, specs).question(images);
    }

    private static JsonNode parsed(byte[] bytes) {
        try {
            return JSON.readTree(bytes);
        } catch (JsonProcessingException e) {
            throw wrong("the body is no JSON: " + e.getOriginalMessage());
        } catch (IOException e) {
            throw wrong("the body is no JSON: " + e.getMessage());
        }
    }

    private static void requireKnown(String key) {
        if (!KEYS.contains(key)) {
            throw wrong(
                    "'%s' is not known; a question has learner, stream, choice, maxModelAgeSeconds, and inputs or images"
                            .formatted(key));
        }
    }

    private static RefusedException wrong(String sentence) {
        return new RefusedException(400, sentence);
    }

    private static String text(JsonNode body, String key) {
        JsonNode value = body.get(key);
        if (value == null || value.isNull()) {
            return null;
        }
        if (!value.isTextual()) {
            throw wrong("'%s' is %s; give a name in quotes".formatted(key, value.getNodeType()));
        }
        return value.asText();
    }

    private Question question(ImageReading images) {
        boolean arrays = body.path("inputs").isArray();
        boolean files = body.path("images").isArray();
        if (arrays == files) {
            throw wrong(
                    "give the examples as a list, in either inputs or images, such as " + SAMPLE);
        }
        JsonNode list = body.get(arrays ? "inputs" : "images");
        if (list.isEmpty() || list.size() > MOST_EXAMPLES) {
            throw new RefusedException(
                    list.isEmpty() ? 400 : 413,
                    "%d examples; send 1 to %d".formatted(list.size(), MOST_EXAMPLES));
        }
        Examples examples = arrays ? numbers(list) : images(list, images);
        if (examples.bytes().remaining() > MOST_BYTES) {
            throw new RefusedException(
                    413,
                    "the examples take %,d bytes, more than the %,d of one request; send fewer at a time"
                            .formatted(examples.bytes().remaining(), MOST_BYTES));
        }
        return new Question(
                text(body, "stream"),
                text(body, "learner"),
                choice(),
                maxAge(),
                examples.type(),
                examples.shape(),
                list.size(),
                examples.bytes());
    }

    private record Examples(ElementType type, List<Integer> shape, ByteBuffer bytes) {}

    private ModelChoice choice() {
        String choice = text(body, "choice");
        if (choice == null) {
            return ModelChoice.NEWEST;
        }
        return switch (choice.toLowerCase(Locale.ROOT)) {
            case "newest" -> ModelChoice.NEWEST;
            case "best" -> ModelChoice.BEST;
            default -> throw wrong("choice is '%s'; give newest or best".formatted(choice));
        };
    }

    private Duration maxAge() {
        JsonNode age = body.path("maxModelAgeSeconds");
        if (age.isMissingNode() || age.isNull()) {
            return Duration.ZERO;
        }
        if (!age.isNumber() || !(age.asDouble() > 0 && age.asDouble() < 1e9)) {
            throw wrong("maxModelAgeSeconds is %s; give a number above 0".formatted(age));
        }
        return Duration.ofMillis(Math.max(1, Math.round(1e3 * age.asDouble())));
    }

    private Examples numbers(JsonNode list) {
        List<Integer> given = shape(list.get(0));
        ElementType type = spec.map(FeatureSpec::getElementType).orElse(ElementType.FLOAT32);
        int elements = product(given);
        int width = type == ElementType.UINT8 ? 1 : 4;
        if ((long) elements * list.size() * width > MOST_BYTES) {
            throw new RefusedException(
                    413, "the examples are more than fit into one request; send fewer at a time");
        }
        ByteBuffer bytes =
                ByteBuffer.allocate(elements * list.size() * width).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < list.size(); i++) {
            List<Integer> shape = shape(list.get(i));
            if (!shape.equals(given)) {
                throw wrong(
                        "inputs[0] has shape %s and inputs[%d] has %s; all have to be alike"
                                .formatted(given, i, shape));
            }
            put(list.get(i), "inputs[" + i + "]", given, type, bytes);
        }
        boolean fits = spec.isPresent() && product(spec.get().getShape()) == elements;
        return new Examples(type, fits ? spec.get().getShape() : given, bytes.flip());
    }

    /** Along the first elements; {@link #put} finds where others are longer or shorter. */
    private static List<Integer> shape(JsonNode example) {
        List<Integer> shape = new ArrayList<>();
        for (JsonNode at = example; at != null && at.isArray(); at = at.get(0)) {
            shape.add(at.size());
        }
        if (shape.isEmpty() || product(shape) == 0) {
            throw wrong("an example is %s; give a list of numbers".formatted(brief(example)));
        }
        return shape;
    }

    private static int product(List<Integer> shape) {
        long all = shape.stream().mapToLong(Integer::longValue).reduce(1, Math::multiplyExact);
        return (int) Math.min(Integer.MAX_VALUE, all);
    }

    private static void put(
            JsonNode node, String place, List<Integer> shape, ElementType type, ByteBuffer bytes) {
        if (shape.isEmpty()) {
            putNumber(node, place, type, bytes);
            return;
        }
        if (!node.isArray() || node.size() != shape.get(0)) {
            throw wrong(
                    "%s is %s; it has to be a list of %d, as the others"
                            .formatted(place, brief(node), shape.get(0)));
        }
        List<Integer> inner = shape.subList(1, shape.size());
        int i = 0;
        for (Iterator<JsonNode> all = node.elements(); all.hasNext(); i++) {
            put(all.next(), place + "[" + i + "]", inner, type, bytes);
        }
    }

    private static void putNumber(JsonNode node, String place, ElementType type, ByteBuffer bytes) {
        if (!node.isNumber()) {
            throw wrong("%s is %s; give a number".formatted(place, brief(node)));
        }
        double value = node.asDouble();
        switch (type) {
            case UINT8 -> bytes.put((byte) whole(value, place, 0, 255));
            case INT32 ->
                    bytes.putInt((int) whole(value, place, Integer.MIN_VALUE, Integer.MAX_VALUE));
            case FLOAT32 -> bytes.putFloat(finite(value, node, place));
        }
    }

    private static float finite(double value, JsonNode node, String place) {
        if (!Float.isFinite((float) value)) {
            throw new RefusedException(
                    422,
                    "%s is %s, which is too large for the stream's 32-bit floats"
                            .formatted(place, brief(node)));
        }
        return (float) value;
    }

    private static long whole(double value, String place, long least, long most) {
        if (value != Math.rint(value) || value < least || value > most) {
            throw new RefusedException(
                    422,
                    "%s is %s, and the stream has whole numbers from %d to %d; send pixels as they are in a file, not scaled"
                            .formatted(place, value, least, most));
        }
        return (long) value;
    }

    private static String brief(JsonNode node) {
        String text = node.toString();
        return text.length() <= 40 ? text : text.substring(0, 39) + "…";
    }

    private Examples images(JsonNode list, ImageReading images) {
        FeatureSpec known = spec.orElseThrow(this::noModel);
        List<ByteBuffer> all = new ArrayList<>();
        for (int i = 0; i < list.size(); i++) {
            all.add(image(list.get(i), known, "images[" + i + "]", images));
        }
        ByteBuffer bytes = ByteBuffer.allocate(all.stream().mapToInt(ByteBuffer::remaining).sum());
        all.forEach(bytes::put);
        return new Examples(known.getElementType(), known.getShape(), bytes.flip());
    }

    /**
     * As a predictor says it: one that is not there yet may come, one that nobody knows will not.
     */
    private RefusedException noModel() {
        boolean known = specs.knows(text(body, "stream"), text(body, "learner"));
        if (!known && specs.spec(null, null).isPresent()) {
            String wanted =
                    Stream.of("learner", "stream")
                            .filter(key -> text(body, key) != null)
                            .map(key -> key + " " + brief(body.get(key)))
                            .collect(Collectors.joining(" of "));
            return new RefusedException(404, "no model has been published of " + wanted);
        }
        return new RefusedException(
                503,
                "no such model has been published yet, so what an image has to be is not known; ask"
                        + " again after the first session");
    }

    private static ByteBuffer image(
            JsonNode file, FeatureSpec spec, String name, ImageReading images) {
        try {
            return images.read(file.binaryValue(), spec, name);
        } catch (IOException | NullPointerException e) {
            throw wrong(name + " is no file in base64");
        } catch (IllegalArgumentException e) {
            throw new RefusedException(422, e.getMessage());
        }
    }
}
