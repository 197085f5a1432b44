package org.almaflow.learning.experiment;

import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a learner's results depend on, as texts by key ({@code training.batch_size} → {@code 128}),
 * to be stored with its state and compared when the state is restored.
 */
public final class Fingerprint {
    private Fingerprint() {}

    /** Of a learner of {@code experiment}. */
    public static SortedMap<String, String> of(Experiment experiment, LearnerSpec learner) {
        SortedMap<String, String> texts = new TreeMap<>();
        texts.put("engine", experiment.engine());
        texts.put("lockstep", Boolean.toString(experiment.lockstep()));
        texts.put("experiment.seed", Long.toString(experiment.seed()));
        texts.put("stream.name", experiment.stream().name());
        add(texts, "", learner);
        texts.remove("id");
        return texts;
    }

    /**
     * What is different, each as {@code KEY was A and is B}. A key that only one side has is new in
     * another build of this program: the choice that brings it along differs as well.
     */
    public static List<String> changes(Map<String, String> then, Map<String, String> now) {
        List<String> changes = new ArrayList<>();
        then.forEach(
                (key, before) -> {
                    String after = now.get(key);
                    if (after != null && !after.equals(before)) {
                        changes.add("%s was %s and is %s".formatted(key, before, after));
                    }
                });
        return changes;
    }

    private static void add(SortedMap<String, String> texts, String prefix, Record record) {
        for (RecordComponent component : record.getClass().getRecordComponents()) {
            String key = prefix + component.getName().replaceAll("([A-Z])", "_$1");
            add(texts, key.toLowerCase(Locale.ROOT), component, value(record, component));
        }
    }

    private static void add(
            SortedMap<String, String> texts, String key, RecordComponent component, Object value) {
        if (value instanceof Record inner) {
            if (component.getType().isInterface()) {
                texts.put(key, inner.getClass().getSimpleName());
            }
            add(texts, key + ".", inner);
        } else {
            texts.put(key, String.valueOf(value));
        }
    }

    private static Object value(Record record, RecordComponent component) {
        try {
            return component.getAccessor().invoke(record);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("the parts of a specification are public", e);
        }
    }
}
