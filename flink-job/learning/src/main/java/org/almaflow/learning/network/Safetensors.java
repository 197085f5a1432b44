package org.almaflow.learning.network;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Model files in the safetensors format: 8 bytes little-endian length of a JSON header, the header
 * (name → dtype, shape, data_offsets; texts under {@code __metadata__}), then the data. The network
 * spec is the metadata value {@code network}. Equal input gives equal bytes.
 */
public final class Safetensors {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String METADATA = "__metadata__";
    private static final int LENGTH_BYTES = 8;

    private Safetensors() {}

    /** A model: weights and the network they belong to. */
    public record Model(NetworkSpec network, Tensors weights) {}

    /** The bytes of a model file. */
    public static byte[] write(Model model) {
        ObjectNode header = JSON.createObjectNode();
        header.putObject(METADATA).put("network", NetworkJson.write(model.network()));
        int end = 0;
        for (Map.Entry<String, Tensors.Tensor> e : model.weights().byName().entrySet()) {
            ObjectNode tensor = header.putObject(e.getKey()).put("dtype", "F32");
            e.getValue().shape().forEach(tensor.putArray("shape")::add);
            int begin = end;
            end = Math.addExact(end, Math.multiplyExact(e.getValue().data().length, Float.BYTES));
            tensor.putArray("data_offsets").add(begin).add(end);
        }
        byte[] json = padded(header.toString());
        ByteBuffer file =
                ByteBuffer.allocate(LENGTH_BYTES + json.length + end)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putLong(json.length)
                        .put(json);
        for (Tensors.Tensor tensor : model.weights().byName().values()) {
            file.slice().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().put(tensor.data());
            file.position(file.position() + tensor.data().length * Float.BYTES);
        }
        return file.array();
    }

    /**
     * Reads a model file; every tensor must fit the network spec.
     *
     * @throws IllegalArgumentException when the bytes are not such a file, saying where
     */
    public static Model read(byte[] bytes) {
        ByteBuffer file = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        long length = bytes.length < LENGTH_BYTES ? -1 : file.getLong();
        if (length < 2 || length > bytes.length - LENGTH_BYTES) {
            throw new IllegalArgumentException(
                    "no safetensors file: a header of %d bytes in a file of %d"
                            .formatted(length, bytes.length));
        }
        JsonNode header = header(bytes, (int) length);
        NetworkSpec network = NetworkJson.read(header.path(METADATA).path("network").asText());
        ByteBuffer data = file.position(LENGTH_BYTES + (int) length).slice();
        Map<String, Tensors.Tensor> tensors = new LinkedHashMap<>();
        header.properties().stream()
                .filter(e -> !e.getKey().equals(METADATA))
                .forEach(e -> tensors.put(e.getKey(), tensor(e.getKey(), e.getValue(), data)));
        Tensors weights = new Tensors(tensors);
        // Checks names and shapes, and puts the tensors into the network's order.
        return new Model(network, Tensors.ofFlat(network, weights.flat(network)));
    }

    private static JsonNode header(byte[] bytes, int length) {
        try {
            String text = new String(bytes, LENGTH_BYTES, length, StandardCharsets.UTF_8);
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("no safetensors file: " + e.getOriginalMessage(), e);
        }
    }

    private static Tensors.Tensor tensor(String name, JsonNode node, ByteBuffer data) {
        long begin = node.path("data_offsets").path(0).asLong(-1);
        long end = node.path("data_offsets").path(1).asLong(-1);
        boolean inside = begin >= 0 && begin <= end && end <= data.capacity();
        if (!inside
                || (end - begin) % Float.BYTES != 0
                || !"F32".equals(node.path("dtype").asText())) {
            throw new IllegalArgumentException(
                    "tensor " + name + " is no float32 tensor inside the file: " + node);
        }
        float[] values = new float[(int) (end - begin) / Float.BYTES];
        data.slice((int) begin, (int) (end - begin))
                .order(ByteOrder.LITTLE_ENDIAN)
                .asFloatBuffer()
                .get(values);
        return new Tensors.Tensor(shape(name, node.path("shape")), values);
    }

    private static List<Integer> shape(String name, JsonNode node) {
        List<Integer> shape = new ArrayList<>();
        for (JsonNode n : node) {
            if (!n.isInt() || n.asInt() < 0) {
                throw new IllegalArgumentException("tensor " + name + " has the shape " + node);
            }
            shape.add(n.asInt());
        }
        return shape;
    }

    /** Spaces at the end make the data begin at a multiple of 8 bytes. */
    private static byte[] padded(String json) {
        byte[] text = json.getBytes(StandardCharsets.UTF_8);
        int spaces = (LENGTH_BYTES - text.length % LENGTH_BYTES) % LENGTH_BYTES;
        StringBuilder padded = new StringBuilder(json);
        IntStream.range(0, spaces).forEach(i -> padded.append(' '));
        return padded.toString().getBytes(StandardCharsets.UTF_8);
    }
}
