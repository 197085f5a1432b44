package org.almaflow.observer.report;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Puts learners that differ in their seed only into one group: same stream, number of chunks and
 * settings. Where a run did not record settings, family, waiting policy and the id without its seed
 * stand for them. One seed twice cannot be a matter of seeds: such groups are taken apart by run.
 */
final class LearnerGroups {
    private static final Set<String> SEEDS = Set.of("seed", "experiment.seed");
    private static final Set<String> SEEDS_AND_WAIT = Set.of("seed", "experiment.seed", "wait");

    private LearnerGroups() {}

    private record Key(String stream, long chunks, String settings, String run) {}

    static List<LearnerGroup> of(List<ReportRun> runs) {
        Map<Key, List<LearnerRun>> groups = by(runs, run -> "");
        if (groups.values().stream().anyMatch(LearnerGroups::hasSeedTwice)) {
            groups = by(runs, ReportRun::id);
        }
        return labelled(groups);
    }

    private static Map<Key, List<LearnerRun>> by(
            List<ReportRun> runs, Function<ReportRun, String> apart) {
        Map<Key, List<LearnerRun>> groups = new LinkedHashMap<>();
        for (ReportRun run : runs) {
            for (LearnerRun learner : run.learners()) {
                Key key = new Key(run.stream(), run.chunks(), settings(learner), apart.apply(run));
                groups.computeIfAbsent(key, k -> new ArrayList<>()).add(learner);
            }
        }
        return groups;
    }

    private static boolean hasSeedTwice(List<LearnerRun> learners) {
        return learners.stream().map(LearnerRun::seed).distinct().count() < learners.size();
    }

    private static String settings(LearnerRun learner) {
        return learner.settings().isEmpty()
                ? String.join("|", learner.family(), learner.waiting(), withoutSeed(learner))
                : without(learner, SEEDS);
    }

    private static String without(LearnerRun learner, Set<String> keys) {
        Map<String, String> rest = new TreeMap<>(learner.settings());
        rest.keySet().removeAll(keys);
        return rest.toString();
    }

    /** The id without a part such as {@code -s3} or {@code _seed3} that names its seed. */
    static String withoutSeed(LearnerRun learner) {
        Pattern part = Pattern.compile("[-_.](s|seed)[-_]?" + learner.seed() + "(?=$|[-_.])");
        return part.matcher(learner.id()).replaceFirst("");
    }

    /** What is left when the waiting policy is taken out as well. */
    private static String series(LearnerRun learner) {
        return learner.settings().isEmpty()
                ? learner.family() + "|" + withoutWaiting(withoutSeed(learner), learner.waiting())
                : without(learner, SEEDS_AND_WAIT);
    }

    /** Without a part such as {@code -w5}, or {@code -chunks-5} as a sweep names it. */
    private static String withoutWaiting(String id, String waiting) {
        String swept = waiting.replaceAll("[^A-Za-z0-9._]+", "-").replaceAll("^-|-$", "");
        return id.replaceFirst("[-_.]?(w\\d+|" + Pattern.quote(swept) + ")", "");
    }

    /** The id without its seed where that is enough, and else with what tells it apart. */
    private static List<LearnerGroup> labelled(Map<Key, List<LearnerRun>> groups) {
        List<Function<Map.Entry<Key, List<LearnerRun>>, String>> ways =
                List.of(
                        g -> id(g),
                        g -> id(g) + ", " + g.getValue().get(0).waiting(),
                        g -> id(g) + ", " + g.getKey().chunks() + " chunks",
                        g -> id(g) + ", " + g.getValue().get(0).run());
        Set<String> taken = new HashSet<>();
        List<LearnerGroup> labelled = new ArrayList<>();
        for (var group : groups.entrySet()) {
            String label =
                    ways.stream()
                            .filter(way -> isUnique(way, groups))
                            .map(way -> way.apply(group))
                            .findFirst()
                            .orElse(id(group));
            for (int n = 2; !taken.add(label); n++) {
                label = id(group) + " (" + n + ")";
            }
            labelled.add(
                    new LearnerGroup(label, series(group.getValue().get(0)), group.getValue()));
        }
        return labelled;
    }

    private static String id(Map.Entry<Key, List<LearnerRun>> group) {
        return withoutSeed(group.getValue().get(0));
    }

    private static boolean isUnique(
            Function<Map.Entry<Key, List<LearnerRun>>, String> way,
            Map<Key, List<LearnerRun>> groups) {
        return groups.entrySet().stream().map(way).collect(Collectors.toSet()).size()
                == groups.size();
    }
}
