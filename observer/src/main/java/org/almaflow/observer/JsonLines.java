package org.almaflow.observer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.generic.IndexedRecord;

/**
 * Writes an event as one line of JSON with the schema's field names: enums by their names, times in
 * ISO 8601, bytes in base64, numbers that are not finite as null.
 */
public final class JsonLines {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final JsonNodeFactory NODES = JSON.getNodeFactory();

    private JsonLines() {}

    /** One line, without its end. */
    public static String line(Metric metric, IndexedRecord event) {
        return text(NODES.objectNode().put("metric", metric.label()).setAll(object(event)));
    }

    /** One line, without its end, of any record. */
    public static String line(IndexedRecord record) {
        return text(object(record));
    }

    private static String text(JsonNode node) {
        try {
            return JSON.writeValueAsString(node);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ObjectNode object(IndexedRecord event) {
        ObjectNode node = NODES.objectNode();
        for (Schema.Field field : event.getSchema().getFields()) {
            node.set(field.name(), value(event.get(field.pos())));
        }
        return node;
    }

    private static JsonNode value(Object value) {
        if (value == null) {
            return NODES.nullNode();
        }
        if (value instanceof IndexedRecord nested) {
            return object(nested);
        }
        if (value instanceof Collection<?> items) {
            return items.stream()
                    .map(JsonLines::value)
                    .collect(
                            NODES::arrayNode,
                            (array, item) -> array.add(item),
                            (a, b) -> a.addAll(b));
        }
        if (value instanceof Map<?, ?> map) {
            ObjectNode node = NODES.objectNode();
            map.forEach((name, item) -> node.set(String.valueOf(name), value(item)));
            return node;
        }
        if (value instanceof ByteBuffer bytes) {
            byte[] copy = new byte[bytes.remaining()];
            bytes.duplicate().get(copy);
            return NODES.binaryNode(copy);
        }
        return scalar(value);
    }

    private static JsonNode scalar(Object value) {
        if (value instanceof Number number) {
            boolean finite = Double.isFinite(number.doubleValue());
            return finite ? JSON.valueToTree(number) : NODES.nullNode();
        }
        return value instanceof Boolean flag
                ? NODES.booleanNode(flag)
                : NODES.textNode(value.toString());
    }
}
