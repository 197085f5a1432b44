package org.almaflow.producer.dataset;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;

/**
 * A web folder with one .gz a file.
 *
 * @param base address of the folder, ending in /
 */
record WebFilesSource(URI base, PartFiles parts) implements DatasetSource {
    @Override
    public String describe() {
        return base.toString();
    }

    @Override
    public void fetch(List<DatasetFile> wanted, Path into, DatasetProgress progress)
            throws IOException, InterruptedException {
        for (DatasetFile file : wanted) {
            String packed = file.name() + ".gz";
            Path target = into.resolve(packed);
            parts.fetch(base.resolve(packed), target, progress);
            Gzip.unpack(target, into.resolve(file.name()));
        }
    }
}
