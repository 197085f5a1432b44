package org.almaflow.learning.experiment;

import java.util.SortedMap;

/**
 * What a learner is set to, for people and for tools that compare learners: as {@link Fingerprint},
 * with family and waiting policy in the words of the experiment file.
 */
public final class Settings {
    private static final String POLICY = "waiting";

    private Settings() {}

    /** Of a learner of {@code experiment}, by key, such as {@code wait} → {@code chunks: 5}. */
    public static SortedMap<String, String> of(Experiment experiment, LearnerSpec learner) {
        SortedMap<String, String> settings = Fingerprint.of(experiment, learner);
        settings.keySet().removeIf(key -> key.equals(POLICY) || key.startsWith(POLICY + "."));
        settings.put("wait", learner.waiting().describe());
        settings.put("family", learner.family().label());
        if (learner.memory() == LearnerSpec.UNBOUNDED) {
            settings.remove("memory");
        }
        return settings;
    }
}
