package org.almaflow.producer.dataset;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Data sets by name, or the user's own. */
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
        return library(request.cache())
                .load(KnownDataset.find(request.dataset()).orElseThrow(), progress);
    }

    /**
     * Brings a known data set into the cache; does nothing when it is there and right.
     *
     * @return the folder that holds its files
     * @throws DatasetException when it is not known, or with every source and its reason
     */
    public static Path fetch(FetchRequest request, DatasetProgress progress) {
        return library(request.cache())
                .fetch(
                        KnownDataset.find(request.dataset()).orElseThrow(),
                        request.from(),
                        progress);
    }

    private static DatasetLibrary library(Path override) {
        Map<String, String> environment = System.getenv();
        Path home = Path.of(System.getProperty("user.home"));
        DatasetCache cache = DatasetCache.find(override, environment, home);
        PartFiles parts = new PartFiles(cache.parts(), new Download(DownloadLimits.USUAL));
        PackageClient client = new ProcessClient(CLIENT_TIMEOUT);
        return new DatasetLibrary(cache, new KnownSources(environment, parts, client));
    }
}
