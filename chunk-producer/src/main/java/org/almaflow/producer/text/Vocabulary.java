package org.almaflow.producer.text;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/**
 * The tokens 0 … size − 1 of a stream, and how text becomes them. Immutable but for what an
 * instance remembers to be faster: one thread uses it. {@link #json} says all of it; {@link #hash}
 * of that is what the stream's feature spec carries.
 */
public sealed interface Vocabulary permits Characters, BytePairs {
    /** Number of tokens. */
    int size();

    /** The tokens of a text; the same text always gives the same. */
    int[] encode(String text);

    /** The text of tokens; a token that stands for anything unknown becomes U+FFFD. */
    String decode(int[] tokens);

    /** The vocabulary as one line of JSON: equal for equal vocabularies. */
    String json();

    /** SHA-256 of {@link #json} in hex. */
    default String hash() {
        try {
            return HexFormat.of()
                    .formatHex(
                            MessageDigest.getInstance("SHA-256")
                                    .digest(json().getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** The vocabulary of a text: that of the first chunk of a stream. */
    static Vocabulary of(String text, TextSettings settings) {
        return settings.tokens() == TextSettings.Tokens.CHARACTERS
                ? Characters.of(text)
                : BytePairTrainer.train(text, settings.vocabulary());
    }

    /**
     * Reads what {@link #json} wrote.
     *
     * @throws IllegalArgumentException when it is none
     */
    static Vocabulary read(String json) {
        try {
            JsonNode root = new ObjectMapper().readTree(json);
            List<int[]> rows = Json.rows(root);
            return switch (root.path("kind").asText()) {
                case Characters.KIND -> new Characters(rows.get(0));
                case BytePairs.KIND -> new BytePairs(rows);
                default ->
                        throw new IllegalArgumentException("no vocabulary: " + root.path("kind"));
            };
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("no vocabulary: " + e.getOriginalMessage(), e);
        }
    }
}
