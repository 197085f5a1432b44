package org.almaflow.producer.dataset;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.almaflow.producer.text.ShuffledText;

/**
 * The user's own text: a file, or a folder of files .txt, .text or .md, each also as .gz, read in
 * the order of their paths. In a folder, files whose names begin with {@code train} are the
 * training text, and those that begin with {@code valid} (else {@code holdout}, else {@code test})
 * the holdout; where there are not both, the end of all text is held out. UTF-8 only; a byte order
 * mark is left out.
 */
final class TextFiles {
    private static final Pattern TEXT = Pattern.compile(".*\\.(txt|text|md)(\\.gz)?");
    private static final List<String> HOLDOUTS = List.of("valid", "holdout", "test");
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
        List<Path> files = files(path);
        List<Path> train = starting(files, "train");
        for (String holdout : HOLDOUTS) {
            List<Path> held = starting(files, holdout);
            if (!train.isEmpty() && !held.isEmpty()) {
                return new Parts(join(train), join(held));
            }
        }
        return cut(join(files), share);
    }

    private static Parts cut(String text, double share) {
        int held = (int) Math.floor(text.length() * share);
        int at = ShuffledText.wholeCharacter(text, text.length() - held);
        return new Parts(text.substring(0, at), text.substring(at));
    }

    private static List<Path> starting(List<Path> files, String prefix) {
        Predicate<Path> fits =
                file -> ClassFolders.name(file).toLowerCase(Locale.ROOT).startsWith(prefix);
        return files.stream().filter(fits).toList();
    }

    private static List<Path> files(Path folder) {
        List<Path> files = new ArrayList<>();
        collect(folder, files);
        if (files.isEmpty()) {
            throw new DatasetException(
                    "folder %s holds no text; put files .txt, .text or .md (or those as .gz) into it"
                            .formatted(folder));
        }
        return files;
    }

    private static void collect(Path folder, List<Path> files) {
        for (Path path : ClassFolders.visible(folder)) {
            if (Files.isDirectory(path)) {
                collect(path, files);
            } else if (TEXT.matcher(ClassFolders.name(path).toLowerCase(Locale.ROOT)).matches()) {
                files.add(path);
            }
        }
    }

    private static String join(List<Path> files) {
        StringBuilder text = new StringBuilder();
        files.forEach(file -> text.append(read(file)));
        return text.toString();
    }

    private static String read(Path file) {
        byte[] bytes = bytes(file);
        ByteBuffer encoded = ByteBuffer.wrap(bytes);
        try {
            String text =
                    StandardCharsets.UTF_8
                            .newDecoder()
                            .onMalformedInput(CodingErrorAction.REPORT)
                            .onUnmappableCharacter(CodingErrorAction.REPORT)
                            .decode(encoded)
                            .toString();
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

    private static byte[] bytes(Path file) {
        boolean packed = ClassFolders.name(file).toLowerCase(Locale.ROOT).endsWith(".gz");
        try (InputStream in = packed ? Gzip.open(file) : Files.newInputStream(file)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new DatasetException(
                    "%s: cannot be read: %s; correct the file".formatted(file, Reasons.of(e)), e);
        }
    }
}
