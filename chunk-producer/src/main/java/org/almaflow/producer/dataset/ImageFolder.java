package org.almaflow.producer.dataset;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The user's own images: a folder with one sub-folder a class, or a folder with {@code train} and
 * {@code holdout} (or {@code test}) that each have one. Without a holdout of its own, every sixth
 * file of each class is held out ({@link Split#everySixth}). Order: class by class, files by name.
 */
final class ImageFolder {
    private final Path root;
    private final List<Labelled> train = new ArrayList<>();
    private final List<Labelled> holdout = new ArrayList<>();

    /** A file and its class. */
    record Labelled(Path file, int label) {}

    private ImageFolder(Path root) {
        this.root = root;
    }

    /**
     * @throws DatasetException that names the first file or folder that is wrong
     */
    static Dataset read(Path root) {
        ImageFolder folder = new ImageFolder(root);
        List<String> classes = folder.list();
        ImageTables tables = new ImageTables(root);
        tables.add(folder.train);
        tables.add(folder.holdout);
        String name = ClassFolders.name(root.toAbsolutePath().normalize());
        return tables.dataset(name, classes);
    }

    private List<String> list() {
        Path trainFolder = root.resolve("train");
        Optional<Path> holdoutFolder = holdoutFolder();
        if (!Files.isDirectory(trainFolder) || holdoutFolder.isEmpty()) {
            return listAndSplit();
        }
        Map<String, List<Path>> classes = classes(trainFolder);
        List<String> names = List.copyOf(classes.keySet());
        classes.forEach((name, files) -> add(train, files, names.indexOf(name)));
        listHoldout(holdoutFolder.get(), names);
        return names;
    }

    private Optional<Path> holdoutFolder() {
        List<Path> found =
                Stream.of("holdout", "test").map(root::resolve).filter(Files::isDirectory).toList();
        if (found.size() == 2 && Files.isDirectory(root.resolve("train"))) {
            throw new DatasetException(
                    "%s holds both holdout and test; keep the one that is the test set"
                            .formatted(root));
        }
        return found.stream().findFirst();
    }

    private List<String> listAndSplit() {
        Map<String, List<Path>> classes = classes(root);
        List<String> names = List.copyOf(classes.keySet());
        classes.forEach(
                (name, files) -> {
                    Split<Path> split = Split.everySixth(files);
                    add(train, split.train(), names.indexOf(name));
                    add(holdout, split.holdout(), names.indexOf(name));
                });
        if (holdout.isEmpty()) {
            throw new DatasetException(
                    "%s: no class has two images, so none can be held out; add images"
                            .formatted(root));
        }
        return names;
    }

    private void listHoldout(Path folder, List<String> names) {
        Map<String, List<Path>> classes = ClassFolders.read(folder);
        if (classes.isEmpty()) {
            throw new DatasetException(
                    "%s has no class folder; give it those of train".formatted(folder));
        }
        classes.forEach(
                (name, files) -> {
                    if (!names.contains(name)) {
                        throw new DatasetException(
                                "%s is no class of train (%s); rename or remove it"
                                        .formatted(folder.resolve(name), String.join(", ", names)));
                    }
                    add(holdout, files, names.indexOf(name));
                });
    }

    private static Map<String, List<Path>> classes(Path folder) {
        Map<String, List<Path>> classes = ClassFolders.read(folder);
        if (classes.size() < 2) {
            throw new DatasetException(
                    ("%s has %s; an image folder needs at least two class-named sub-folders"
                                    + " with PNG or JPEG images, or train/ and holdout/ with them")
                            .formatted(
                                    folder,
                                    classes.isEmpty()
                                            ? "no sub-folder"
                                            : "only one sub-folder, "
                                                    + classes.keySet().iterator().next()));
        }
        return classes;
    }

    private static void add(List<Labelled> part, List<Path> files, int label) {
        files.forEach(file -> part.add(new Labelled(file, label)));
    }
}
