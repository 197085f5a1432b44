package org.almaflow.producer.dataset;

import static java.util.stream.Collectors.groupingBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.almaflow.producer.text.ShuffledText;

/**
 * The user's own text: a file, or the files .txt, .text, .md, .tokens and .raw of a folder and
 * those without an ending that begin as text, each also as .gz, read in the order of their paths.
 * What a path calls a test, holdout or validation is never trained on ({@link TextRole}). UTF-8
 * only; a byte order mark is left out.
 */
final class TextFiles {
    private static final Pattern TEXT = Pattern.compile(".+\\.(txt|text|md|tokens|raw)(\\.gz)?");
    private static final Pattern WITHOUT_ENDING = Pattern.compile("[^.]+(\\.gz)?");
    private static final List<TextRole> TRAINED = List.of(TextRole.TRAINING, TextRole.UNNAMED);
    private static final List<TextRole> HELD =
            List.of(TextRole.VALIDATION, TextRole.HOLDOUT, TextRole.TEST);
    private static final int PROBE = 1 << 13;
    private static final char BYTE_ORDER_MARK = '\uFEFF';

    private TextFiles() {}

    /** The two parts of a text. */
    record Parts(String train, String holdout) {}

    /**
     * @param share of the text that is held out where no file says what is
     * @throws DatasetException that names the file that is wrong
     */
    static Parts read(Path path, double share) {
        if (!Files.isDirectory(path)) {
            return cut(read(path), share);
        }
        Map<TextRole, List<Path>> files =
                files(path).stream().collect(groupingBy(file -> TextRole.of(path, file)));
        List<Path> train = first(TRAINED, files);
        if (train.isEmpty()) {
            throw new DatasetException(
                    "folder %s holds nothing to train on: every file is called valid, dev, holdout or test, such as %s; call one train"
                            .formatted(path, first(HELD, files).get(0)));
        }
        List<Path> held = first(HELD, files);
        return held.isEmpty() ? cut(join(train), share) : new Parts(join(train), join(held));
    }

    /** The files of the first of these roles that has any. */
    private static List<Path> first(List<TextRole> roles, Map<TextRole, List<Path>> files) {
        return roles.stream()
                .filter(files::containsKey)
                .map(files::get)
                .findFirst()
                .orElse(List.of());
    }

    private static Parts cut(String text, double share) {
        int held = (int) Math.floor(text.length() * share);
        int at = ShuffledText.wholeCharacter(text, text.length() - held);
        return new Parts(text.substring(0, at), text.substring(at));
    }

    private static List<Path> files(Path folder) {
        List<Path> files = new ArrayList<>();
        collect(folder, files);
        if (files.isEmpty()) {
            throw new DatasetException(
                    "folder %s holds no text; put files .txt, .text, .md, .tokens, .raw or without an ending (or those as .gz) into it"
                            .formatted(folder));
        }
        return files;
    }

    private static void collect(Path folder, List<Path> files) {
        for (Path path : ClassFolders.visible(folder)) {
            if (Files.isDirectory(path)) {
                collect(path, files);
            } else if (isText(path)) {
                files.add(path);
            }
        }
    }

    private static boolean isText(Path file) {
        String name = lowerCase(file);
        return TEXT.matcher(name).matches()
                || (WITHOUT_ENDING.matcher(name).matches() && beginsAsText(file));
    }

    /** Whether its first bytes are UTF-8 without a zero byte; a cut last character is no error. */
    private static boolean beginsAsText(Path file) {
        byte[] bytes = bytes(file, PROBE);
        CharBuffer text = CharBuffer.allocate(bytes.length);
        return !strict().decode(ByteBuffer.wrap(bytes), text, false).isError()
                && text.flip().chars().noneMatch(c -> c == 0);
    }

    private static String join(List<Path> files) {
        StringBuilder text = new StringBuilder();
        files.forEach(file -> text.append(read(file)));
        return text.toString();
    }

    private static String read(Path file) {
        byte[] bytes = bytes(file, Integer.MAX_VALUE);
        ByteBuffer encoded = ByteBuffer.wrap(bytes);
        try {
            String text = strict().decode(encoded).toString();
            boolean marked = !text.isEmpty() && text.charAt(0) == BYTE_ORDER_MARK;
            return marked ? text.substring(1) : text;
        } catch (CharacterCodingException e) {
            int at = encoded.position();
            throw new DatasetException(
                    "%s: is no UTF-8 text: byte 0x%02x at %,d does not belong there; convert the file, such as with iconv -f latin1 -t utf8"
                            .formatted(file, bytes[at], at),
                    e);
        }
    }

    private static CharsetDecoder strict() {
        return StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
    }

    private static String lowerCase(Path file) {
        return ClassFolders.name(file).toLowerCase(Locale.ROOT);
    }

    private static byte[] bytes(Path file, int atMost) {
        boolean packed = lowerCase(file).endsWith(".gz");
        try (InputStream in = packed ? Gzip.open(file) : Files.newInputStream(file)) {
            return in.readNBytes(atMost);
        } catch (IOException e) {
            throw new DatasetException(
                    "%s: cannot be read: %s; correct the file".formatted(file, Reasons.of(e)), e);
        }
    }
}
