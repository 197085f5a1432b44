package org.almaflow.producer.dataset;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/** One .tar.gz on the web that holds all files. */
record WebArchiveSource(URI address, PartFiles parts) implements DatasetSource {
    @Override
    public String describe() {
        return address.toString();
    }

    @Override
    public void fetch(List<DatasetFile> wanted, Path into, DatasetProgress progress)
            throws IOException, InterruptedException {
        Path archive = into.resolve("archive.tar.gz");
        parts.fetch(address, archive, progress);
        TarGz.unpack(
                archive, wanted.stream().map(DatasetFile::name).collect(Collectors.toSet()), into);
    }
}
