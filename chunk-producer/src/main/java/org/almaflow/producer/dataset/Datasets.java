package org.almaflow.producer.dataset;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Data sets by name, or the user's own. A known name wins over a path: a folder that is called
 * mnist is ./mnist.
 */
public final class Datasets {
    /** Long enough for the largest package over a slow line. */
    private static final Duration CLIENT_TIMEOUT = Duration.ofMinutes(30);

    private Datasets() {}

    /** The data sets that are known by name. */
    public static List<KnownDataset> known() {
        return List.of(KnownDataset.values());
    }

    /** As {@link #load(DatasetRequest, DatasetProgress)}, silently. */
    public static Dataset load(DatasetRequest request) {
        return load(request, DatasetProgress.NONE);
    }

    /**
     * Loads a data set into memory; a known one is fetched first where it is not in the cache.
     *
     * @throws DatasetException with one line that names what is wrong and the remedy
     */
    public static Dataset load(DatasetRequest request, DatasetProgress progress) {
        String dataset = request.dataset();
        Optional<KnownDataset> known = KnownDataset.find(dataset);
        Optional<Path> path = existing(dataset);
        if (request.text().isPresent()) {
            checkNoLabelColumn(request);
            Path text = path.orElseThrow(() -> noText(dataset));
            return TextDataset.read(text, request.text().get(), cache(request.cache()));
        }
        if (known.isEmpty() && path.filter(Datasets::isCsv).isPresent()) {
            return CsvTable.read(path.get(), request.labelColumn());
        }
        checkNoLabelColumn(request);
        if (known.isPresent()) {
            return library(request.cache()).load(known.get(), progress);
        }
        return ImageFolder.read(
                path.filter(Files::isDirectory).orElseThrow(() -> unknown(dataset, path)));
    }

    /**
     * Brings a known data set into the cache; does nothing when it is there and right.
     *
     * @return the folder that holds its files
     * @throws DatasetException when it is not known, or with every source and its reason
     */
    public static Path fetch(FetchRequest request, DatasetProgress progress) {
        KnownDataset known =
                KnownDataset.find(request.dataset())
                        .orElseThrow(() -> unknown(request.dataset(), Optional.empty()));
        return library(request.cache()).fetch(known, request.from(), progress);
    }

    private static Optional<Path> existing(String dataset) {
        try {
            return Optional.of(Path.of(dataset))
                    .filter(path -> !dataset.isBlank() && Files.exists(path));
        } catch (InvalidPathException e) {
            return Optional.empty();
        }
    }

    private static boolean isCsv(Path path) {
        return Files.isRegularFile(path)
                && path.toString().toLowerCase(Locale.ROOT).endsWith(".csv");
    }

    private static void checkNoLabelColumn(DatasetRequest request) {
        if (request.labelColumn() != null && !request.labelColumn().isBlank()) {
            throw new DatasetException(
                    "data set '%s' is no existing .csv file, so it has no label column '%s'; leave"
                                    .formatted(request.dataset(), request.labelColumn())
                            + " the label column out or name a .csv file");
        }
    }

    private static DatasetException noText(String dataset) {
        return new DatasetException(
                "data set '%s' is no existing path; stream.text reads a text file, or a folder with some"
                        .formatted(dataset));
    }

    private static DatasetException unknown(String dataset, Optional<Path> path) {
        List<String> names = known().stream().map(KnownDataset::label).toList();
        String what =
                path.isPresent()
                        ? "is a file, but no .csv (is it text? then the stream needs a text"
                                + " section)"
                        : "is neither known nor an existing path";
        String hint =
                NearName.of(dataset, names)
                        .map(name -> "did you mean %s? ".formatted(name))
                        .orElse("");
        return new DatasetException(
                ("data set '%s' %s; %sknown are %s; your own data is a folder of class-named"
                                + " sub-folders with PNG or JPEG images, or a .csv file")
                        .formatted(dataset, what, hint, String.join(", ", names)));
    }

    private static DatasetCache cache(Path override) {
        Path home = Path.of(System.getProperty("user.home"));
        return DatasetCache.find(override, System.getenv(), home);
    }

    private static DatasetLibrary library(Path override) {
        Map<String, String> environment = System.getenv();
        DatasetCache cache = cache(override);
        PartFiles parts = new PartFiles(cache.parts(), new Download(DownloadLimits.USUAL));
        PackageClient client = new ProcessClient(CLIENT_TIMEOUT);
        return new DatasetLibrary(cache, new KnownSources(environment, parts, client));
    }
}
