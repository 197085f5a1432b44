package org.almaflow.learning.export;

import java.io.IOException;
import java.io.OutputStream;
import java.util.List;

/** Writes a predictor in one format. Found by {@link java.util.ServiceLoader}. */
public interface ModelExporter {
    /** Name of the format as options write it, such as {@code dl4j}. */
    String format();

    /** What goes to a file of its own each: the predictor, or its models where a file holds one. */
    default List<Predictor> files(Predictor predictor) {
        return List.of(predictor);
    }

    /**
     * Writes the predictor; equal inputs give equal outputs up to rounding.
     *
     * @param out receives the file; stays open
     * @return how to read the file, for people
     * @throws ExportException when the format cannot express the predictor; nothing is written then
     */
    String export(Predictor predictor, OutputStream out) throws IOException;
}
