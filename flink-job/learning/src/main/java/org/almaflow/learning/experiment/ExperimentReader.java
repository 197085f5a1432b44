package org.almaflow.learning.experiment;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.almaflow.learning.family.Family;
import org.almaflow.learning.network.NetworkTemplate;
import org.almaflow.learning.waiting.WaitingPolicy;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.representer.Representer;

/** Reads and validates experiment files; the whole file is checked before anything starts. */
public final class ExperimentReader {
    /** What may name a file, a record key and a metric group. */
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,99}");

    private static final String[] LEARNER_KEYS =
            Stream.of(
                            List.of("id", "family"),
                            FamilyReader.KEYS,
                            List.of("network", "wait", "replay", "training", "seed", "memory"))
                    .flatMap(List::stream)
                    .toArray(String[]::new);

    private ExperimentReader() {}

    /**
     * Reads an experiment.
     *
     * @param yaml text of the file
     * @param file how to call the file in errors
     * @throws ExperimentException naming the key, the value and what would be right
     */
    public static Experiment read(String yaml, String file) {
        try {
            return experiment(Section.of("", load(yaml)));
        } catch (ExperimentException e) {
            throw new ExperimentException(file + ": " + e.getMessage().strip(), e);
        }
    }

    /**
     * The text of an experiment with some values replaced.
     *
     * @param values by path, such as {@code stream.chunks}
     */
    public static String with(String yaml, String file, Map<String, Object> values) {
        try {
            Map<Object, Object> root = mapping(load(yaml));
            values.forEach((path, value) -> replace(root, path, value));
            DumperOptions block = new DumperOptions();
            block.setDefaultFlowStyle(DumperOptions.FlowStyle.BLOCK);
            return new Yaml(new Representer(block), block).dump(root);
        } catch (ExperimentException e) {
            throw new ExperimentException(file + ": " + e.getMessage().strip(), e);
        }
    }

    private static Object load(String yaml) {
        LoaderOptions options = new LoaderOptions();
        options.setAllowDuplicateKeys(false);
        try {
            return new Yaml(new SafeConstructor(options)).load(yaml);
        } catch (YAMLException | StackOverflowError e) {
            String why =
                    String.valueOf(e.getMessage())
                            .lines()
                            .map(String::strip)
                            .limit(6)
                            .reduce("", (a, b) -> a + " " + b);
            throw new ExperimentException("is not YAML:" + why, e);
        }
    }

    private static void replace(Map<Object, Object> root, String path, Object value) {
        List<String> keys = List.of(path.split("\\."));
        Map<Object, Object> at = root;
        for (String key : keys.subList(0, keys.size() - 1)) {
            Map<Object, Object> child = mapping(at.getOrDefault(key, Map.of()));
            at.put(key, child);
            at = child;
        }
        at.put(keys.get(keys.size() - 1), value);
    }

    private static Map<Object, Object> mapping(Object value) {
        if (!(value instanceof Map<?, ?> map)) {
            throw new ExperimentException("must be a mapping of keys to values");
        }
        return new LinkedHashMap<>(map);
    }

    private static Experiment experiment(Section root) {
        root.only("name", "seed", "engine", "lockstep", "stream", "defaults", "learners", "sweep");
        long seed = root.wholeNumber("seed", Long.MIN_VALUE, Long.MAX_VALUE, 0);
        StreamSpec stream = StreamReader.read(root.section("stream"));
        return new Experiment(
                name(root, "name"),
                seed,
                root.text("engine", "dl4j"),
                root.flag("lockstep", true),
                stream,
                learners(root, seed, stream));
    }

    private static List<LearnerSpec> learners(Section root, long seed, StreamSpec stream) {
        Section defaults =
                root.sectionOrEmpty("defaults")
                        .only(Arrays.copyOfRange(LEARNER_KEYS, 1, LEARNER_KEYS.length));
        List<LearnerSpec> learners = new ArrayList<>();
        Set<String> ids = new HashSet<>();
        for (Section own : entries(root)) {
            LearnerSpec learner = learner(own.only(LEARNER_KEYS), defaults, seed, stream);
            if (!ids.add(learner.id())) {
                throw new ExperimentException(
                        own.path("id") + ": '" + learner.id() + "' is used twice; ids must differ");
            }
            learners.add(learner);
        }
        return learners;
    }

    /** Of {@code learners} and of {@code sweep}: one of them must be there, both may. */
    private static List<Section> entries(Section root) {
        List<Section> entries = new ArrayList<>();
        if (root.has("learners") || !root.has("sweep")) {
            entries.addAll(root.sections("learners"));
        }
        if (root.has("sweep")) {
            for (Section sweep : root.sections("sweep")) {
                entries.addAll(Sweep.expand(sweep.only(LEARNER_KEYS), Sweep.MOST - entries.size()));
            }
        }
        if (entries.isEmpty()) {
            throw new ExperimentException("learners must name at least one learner");
        }
        if (entries.size() > Sweep.MOST) {
            throw new ExperimentException(
                    "learners: there are %d, and an experiment has %d at most; part the experiment"
                            .formatted(entries.size(), Sweep.MOST));
        }
        return entries;
    }

    /** Keys of a learner replace those of defaults whole; only training is merged key by key. */
    private static LearnerSpec learner(
            Section own, Section defaults, long seed, StreamSpec stream) {
        Section all = defaults.overlaidBy(own);
        Section training =
                defaults.sectionOrEmpty("training").overlaidBy(own.sectionOrEmpty("training"));
        String id = name(own, "id");
        Family family = FamilyReader.read(all, own);
        NetworkTemplate network = NetworkReader.read(all.section("network"));
        WaitingPolicy waiting = WaitingReader.read(all.section("wait"));
        return new LearnerSpec(
                id,
                family,
                network,
                waiting,
                all.number("replay", 0, 1, 0),
                TrainingReader.read(training, TrainingDefaults.of(family, network, stream)),
                all.wholeNumber("seed", Long.MIN_VALUE, Long.MAX_VALUE, seed),
                all.has("memory") ? all.checked("memory", Sizes::bytes) : LearnerSpec.UNBOUNDED);
    }

    static String name(Section section, String key) {
        String name = section.text(key);
        if (!NAME.matcher(name).matches()) {
            throw section.wrong(
                    key,
                    "letters, digits, dots, dashes and underscores, beginning with a letter or"
                            + " digit, 100 at most");
        }
        return name;
    }
}
