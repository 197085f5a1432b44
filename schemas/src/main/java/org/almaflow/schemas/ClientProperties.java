package org.almaflow.schemas;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;

/**
 * Properties of Kafka clients: the broker's address and whatever else a user's broker needs, such
 * as security.
 */
public final class ClientProperties {

    private ClientProperties() {}

    /** The extra properties with {@code bootstrap.servers} set to the given address. */
    public static Map<String, Object> of(String bootstrapServers, Map<String, String> extra) {
        Map<String, Object> all = new HashMap<>(extra);
        all.put("bootstrap.servers", bootstrapServers);
        return Map.copyOf(all);
    }

    /**
     * Reads a file as Kafka's own tools take it ({@code key=value} lines).
     *
     * @throws IllegalArgumentException with one sentence when it cannot be read
     */
    public static Map<String, String> read(Path file) {
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(file)) {
            properties.load(reader);
        } catch (IOException | IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "cannot read the client properties in "
                            + file
                            + " ("
                            + e.getClass().getSimpleName()
                            + "); give a readable file of key=value lines",
                    e);
        }
        Map<String, String> all = new HashMap<>();
        properties.forEach((key, value) -> all.put(key.toString(), value.toString()));
        return Map.copyOf(all);
    }
}
