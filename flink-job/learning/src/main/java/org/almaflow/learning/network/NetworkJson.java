package org.almaflow.learning.network;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;

/** Network specs as JSON: metadata of model files and snapshot events. */
public final class NetworkJson {
    private static final ObjectMapper JSON = new ObjectMapper();

    private NetworkJson() {}

    /** The spec as one line of JSON. */
    public static String write(NetworkSpec spec) {
        try {
            return JSON.writerFor(NetworkSpec.class).writeValueAsString(spec);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a network spec is always JSON", e);
        }
    }

    /**
     * Reads what {@link #write} wrote.
     *
     * @throws IllegalArgumentException when the text is not a network spec
     */
    public static NetworkSpec read(String json) {
        try {
            NetworkSpec spec = JSON.readValue(json, NetworkSpec.class);
            if (spec == null) {
                throw new IllegalArgumentException("no network spec: null");
            }
            requireBounded(spec);
            return spec;
        } catch (JsonProcessingException | NullPointerException e) {
            throw new IllegalArgumentException("no network spec: " + e.getMessage(), e);
        }
    }

    /** A spec is some bytes that can ask for any amount of memory. */
    private static void requireBounded(NetworkSpec spec) {
        try {
            Math.toIntExact(spec.values());
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException(
                    "no network spec: the network has more than 2^31 values", e);
        }
    }
}
