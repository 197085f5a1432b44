package org.almaflow.producer.dataset;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The class-named sub-folders of a folder and their files, sorted by name. Hidden files and files
 * beside the sub-folders are left out.
 */
final class ClassFolders {
    private ClassFolders() {}

    /** Image files by class, in class order; every class has at least one. */
    static Map<String, List<Path>> read(Path folder) {
        Map<String, Path> folders = new LinkedHashMap<>();
        for (Path path : visible(folder)) {
            if (Files.isDirectory(path)) {
                folders.put(name(path), path);
            }
        }
        Map<String, List<Path>> classes = new LinkedHashMap<>();
        for (String name : ClassOrder.of(folders.keySet())) {
            classes.put(name, images(folders.get(name)));
        }
        return classes;
    }

    private static List<Path> images(Path folder) {
        List<Path> files = visible(folder);
        if (files.isEmpty()) {
            throw new DatasetException(
                    "class folder %s holds no image; put images into it or remove it"
                            .formatted(folder));
        }
        files.forEach(ClassFolders::checkImage);
        return files;
    }

    private static void checkImage(Path file) {
        if (!name(file).toLowerCase(Locale.ROOT).matches(".*\\.(png|jpg|jpeg)")
                || !Files.isRegularFile(file)) {
            throw new DatasetException(
                    "%s is no PNG or JPEG file (.png, .jpg, .jpeg); a class folder holds images"
                                    .formatted(file)
                            + " and nothing else: remove it");
        }
    }

    static List<Path> visible(Path folder) {
        List<Path> paths = new ArrayList<>();
        try (DirectoryStream<Path> stream =
                Files.newDirectoryStream(folder, path -> !name(path).startsWith("."))) {
            stream.forEach(paths::add);
        } catch (IOException e) {
            throw new DatasetException(
                    "folder %s cannot be read: %s".formatted(folder, Reasons.of(e)), e);
        }
        paths.sort((a, b) -> name(a).compareTo(name(b)));
        return paths;
    }

    static String name(Path path) {
        return String.valueOf(path.getFileName());
    }
}
