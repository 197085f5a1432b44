package org.almaflow.learning.experiment;

/** Reads and validates experiment files. */
public final class ExperimentReader {
    private ExperimentReader() {}

    /**
     * Reads an experiment.
     *
     * @param yaml text of the file
     * @param name how to call the file in errors
     * @throws ExperimentException naming the key, the value and what would be right
     */
    @SuppressWarnings("DoNotCallSuggester") // replaced next
    public static Experiment read(String yaml, String name) {
        throw new ExperimentException("being written: " + name + yaml.length());
    }
}
