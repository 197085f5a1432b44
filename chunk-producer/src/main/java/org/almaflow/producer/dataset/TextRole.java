package org.almaflow.producer.dataset;

import java.nio.file.Path;
import java.util.regex.Pattern;

/**
 * What a file of a folder of text is for, as a word of its path below that folder says: a word
 * between characters that are no letters, in either case, such as in {@code wiki.train.tokens} or
 * {@code valid/part-1}. Of a path with several such words the first constant counts, so nothing
 * that is called a test is trained on.
 */
enum TextRole {
    TEST("test|testing"),
    HOLDOUT("holdout"),
    VALIDATION("valid|validation|dev"),
    TRAINING("train|training"),
    UNNAMED("");

    private final Pattern words;

    TextRole(String words) {
        this.words =
                Pattern.compile(
                        "(?<!\\p{L})(" + words + ")(?!\\p{L})",
                        Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE);
    }

    static TextRole of(Path folder, Path file) {
        String path = folder.relativize(file).toString();
        for (TextRole role : values()) {
            if (role == UNNAMED || role.words.matcher(path).find()) {
                return role;
            }
        }
        throw new AssertionError("every path has a role");
    }
}
