package org.almaflow.learning.waiting;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a waiting policy decided.
 *
 * @param train open a session now
 * @param reason one phrase for a person who asks why
 * @param figures what the policy looked at, by name, in the order in which it did
 */
public record Decision(boolean train, String reason, Map<String, Double> figures) {
    public Decision {
        figures = Collections.unmodifiableMap(new LinkedHashMap<>(figures));
    }

    /** Without figures. */
    public Decision(boolean train, String reason) {
        this(train, reason, Map.of());
    }

    /** The same looked at, and hold. */
    Decision held(String because) {
        return new Decision(false, reason + because, figures);
    }
}
