package org.almaflow.producer.dataset;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;

/**
 * Brings the files of one known data set into its cache folder: asks each source in turn for what
 * is still missing, checks what it gave, and moves each good file into place atomically. Nothing
 * unchecked is ever in the cache under its name, so that any number of fetches may run at once.
 */
final class DatasetFetcher {
    private final String dataset;
    private final List<DatasetFile> files;
    private final List<DatasetSource> sources;
    private final DatasetProgress progress;
    private final List<String> failures = new ArrayList<>();

    DatasetFetcher(
            String dataset,
            List<DatasetFile> files,
            List<DatasetSource> sources,
            DatasetProgress progress) {
        this.dataset = dataset;
        this.files = files;
        this.sources = sources;
        this.progress = progress;
    }

    /**
     * Returns when all files are in the folder and right; does nothing when they are already.
     *
     * @throws DatasetException when no source gave them; lists each source and its reason
     */
    void fetch(Path folder) throws InterruptedException {
        List<DatasetFile> missing = missing(folder);
        for (DatasetSource source : sources) {
            if (missing.isEmpty()) {
                return;
            }
            progress.trying(dataset, source.describe());
            fetch(source, missing, folder);
            missing = missing(folder);
        }
        if (!missing.isEmpty()) {
            throw new DatasetException(summary(missing, folder));
        }
    }

    private List<DatasetFile> missing(Path folder) {
        return files.stream().filter(file -> !intact(file, folder.resolve(file.name()))).toList();
    }

    private static boolean intact(DatasetFile file, Path path) {
        try {
            file.check(path);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private void fetch(DatasetSource source, List<DatasetFile> wanted, Path folder)
            throws InterruptedException {
        try (TempFolder temp = open(folder)) {
            try {
                source.fetch(wanted, temp.path(), progress);
            } catch (IOException e) {
                failed(source, e);
            }
            for (DatasetFile file : wanted) {
                take(source, file, temp.path().resolve(file.name()), folder);
            }
        } catch (IOException e) {
            failed(source, e);
        }
    }

    private TempFolder open(Path folder) {
        try {
            return TempFolder.in(folder);
        } catch (IOException e) {
            throw new DatasetException(
                    "data set %s: cache folder %s cannot be written (%s); name another one in %s"
                            .formatted(dataset, folder, Reasons.of(e), DatasetCache.VARIABLE),
                    e);
        }
    }

    private void take(DatasetSource source, DatasetFile file, Path fetched, Path folder)
            throws IOException {
        if (!Files.exists(fetched)) {
            return;
        }
        try {
            file.check(fetched);
        } catch (IOException e) {
            Files.deleteIfExists(fetched);
            failed(source, e);
            return;
        }
        Files.move(fetched, folder.resolve(file.name()), StandardCopyOption.ATOMIC_MOVE);
    }

    private void failed(DatasetSource source, IOException e) {
        String reason = Reasons.of(e);
        failures.add(source.describe() + ": " + reason);
        progress.failed(source.describe(), reason);
    }

    private String summary(List<DatasetFile> missing, Path folder) {
        List<String> programs = sources.stream().flatMap(s -> s.program().stream()).toList();
        List<String> names = missing.stream().map(DatasetFile::name).toList();
        return "data set %s: no source gave %s [%s]; put %s into a folder named with --from, or into %s%s"
                .formatted(
                        dataset,
                        String.join(", ", names),
                        String.join("; ", failures),
                        names.size() == 1 ? "it" : "them",
                        folder,
                        programs.isEmpty() ? "" : ", or install " + String.join(" or ", programs));
    }
}
