package org.almaflow.learning.experiment;

/** Family of a learner; see SEMANTICS for what each computes. */
public enum Family {
    /** One network. */
    SM("SM", 1);

    private final String label;
    private final int members;

    Family(String label, int members) {
        this.label = label;
        this.members = members;
    }

    /** As experiments and events write it. */
    public String label() {
        return label;
    }

    /** Independently trainable networks of a learner. */
    public int members() {
        return members;
    }
}
