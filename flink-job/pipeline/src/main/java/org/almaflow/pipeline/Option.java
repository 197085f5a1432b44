package org.almaflow.pipeline;

/** An option of a job, declared once: command line, validation and documentation come from it. */
public interface Option {
    /** Name without the two dashes. */
    String key();

    /** One sentence for a person. */
    String description();

    /** Default as text; null when the option must be given. */
    String defaultValue();
}
