package org.almaflow.producer.dataset;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A Debian package that carries a data set; downloaded and unpacked, not installed, so that nobody
 * need be root. Where the machine's package lists are missing or old it fetches lists into a folder
 * of its own and leaves the machine's alone.
 */
record DebianSource(String name, PackageClient client) implements DatasetSource {
    /** Packages keep data sets in usr/share/datasets/NAME. */
    private static final int DEPTH = 6;

    @Override
    public String describe() {
        return "Debian package " + name;
    }

    @Override
    public Optional<String> program() {
        return Optional.of("apt-get");
    }

    @Override
    public void fetch(List<DatasetFile> wanted, Path into, DatasetProgress progress)
            throws IOException, InterruptedException {
        progress.bytes(describe(), 0, -1);
        Path work = Files.createDirectory(into.resolve("debian"));
        download(work);
        Path archive = archive(work);
        progress.bytes(describe(), Files.size(archive), Files.size(archive));
        Path unpacked = Files.createDirectory(work.resolve("unpacked"));
        client.run(work, List.of("dpkg", "-x", archive.toString(), unpacked.toString()));
        new LocalFolderSource(unpacked, DEPTH).fetch(wanted, into, DatasetProgress.NONE);
    }

    private void download(Path work) throws IOException, InterruptedException {
        try {
            client.run(work, apt(List.of(), "download", name));
        } catch (IOException unknown) {
            List<String> options = ownLists(work);
            client.run(work, apt(options, "update"));
            client.run(work, apt(options, "download", name));
        }
    }

    private static List<String> ownLists(Path work) throws IOException {
        Path lists = work.resolve("lists");
        Path cache = work.resolve("cache");
        Files.createDirectories(lists.resolve("partial"));
        Files.createDirectories(cache.resolve("archives").resolve("partial"));
        return List.of("-o", "Dir::State::Lists=" + lists, "-o", "Dir::Cache=" + cache);
    }

    /** As the user who asks: apt-get's own user may not write into a private folder. */
    private static List<String> apt(List<String> options, String... arguments) {
        List<String> command = new ArrayList<>();
        command.add("apt-get");
        command.add("-q");
        command.addAll(List.of("-o", "APT::Sandbox::User=", "-o", "Acquire::Retries=1"));
        command.addAll(options);
        command.addAll(List.of(arguments));
        return command;
    }

    private static Path archive(Path work) throws IOException {
        try (Stream<Path> files = Files.list(work)) {
            return files.filter(file -> file.toString().endsWith(".deb"))
                    .findFirst()
                    .orElseThrow(() -> new IOException("apt-get download left no .deb file"));
        }
    }
}
