package org.almaflow.pipeline.restore;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.almaflow.learning.experiment.Experiment;
import org.almaflow.learning.experiment.Fingerprint;
import org.almaflow.learning.experiment.LearnerSpec;
import org.almaflow.pipeline.JobOptions;
import org.almaflow.pipeline.JobOptionsException;
import org.almaflow.pipeline.member.LearnerChangedException;
import org.almaflow.pipeline.member.LearnerChanges;
import org.almaflow.pipeline.member.MemberImageSerializer;
import org.almaflow.pipeline.member.MemberImageSerializer.Label;

/**
 * How an experiment goes on from a savepoint: which learners take over state, which begin, and
 * which are gone. A learner that is started anew gets operators of a new generation, so that Flink
 * does not give it the old one's state; the savepoint's uids say which generation is the newest.
 *
 * @param savepoint what to start from; empty for a start without one
 * @param generations of the learners that were ever started anew, from 2
 * @param kept learners that go on
 * @param begun learners that begin now, because they are new or started anew
 * @param removed learners whose state is dropped
 */
public record RestorePlan(
        String savepoint,
        Map<String, Integer> generations,
        List<String> kept,
        List<String> begun,
        List<String> removed) {
    /** A start without a savepoint. */
    public static final RestorePlan FRESH =
            new RestorePlan("", Map.of(), List.of(), List.of(), List.of());

    private static final String TRAIN = "train-";
    private static final Pattern TRAIN_UID = Pattern.compile(TRAIN + "(.*?)(?:#(\\d+))?");

    /**
     * Compares an experiment with the savepoint that {@code options} name, if they do.
     *
     * @throws SavepointException when there is no such savepoint, or it is of another program
     * @throws JobOptionsException when a learner to start anew is unknown
     * @throws LearnerChangedException when a learner has changed, naming what
     */
    public static RestorePlan of(Experiment experiment, JobOptions options)
            throws LearnerChangedException {
        List<String> learners = experiment.learners().stream().map(LearnerSpec::id).toList();
        options.restartLearners().forEach(id -> requireKnown(id, learners));
        if (options.from().isEmpty()) {
            if (!options.restartLearners().isEmpty()) {
                throw new JobOptionsException(
                        "option --restart-learner needs --from, which names a savepoint");
            }
            return FRESH;
        }
        Savepoint savepoint = Savepoint.open(options.from());
        if (!savepoint.uids().contains("assemble")) {
            throw new SavepointException(
                    "--from: %s is no savepoint of this program; it has the operators %s"
                            .formatted(options.from(), savepoint.uids()),
                    null);
        }
        Map<String, Integer> newest = newest(savepoint.uids());
        Map<String, Integer> generations = new TreeMap<>();
        List<String> kept = new ArrayList<>();
        List<String> begun = new ArrayList<>();
        for (LearnerSpec learner : experiment.learners()) {
            String id = learner.id();
            int generation = newest.getOrDefault(id, 0);
            boolean anew = generation == 0 || options.restartLearners().contains(id);
            if (!anew) {
                String uid = uid("train", id, generation);
                Map<String, String> now = Fingerprint.of(experiment, learner);
                for (Label state :
                        savepoint.elements(
                                uid, MemberImageSerializer.STATE, MemberImageSerializer::label)) {
                    LearnerChanges.check(id, state, now, options.run());
                }
            }
            (anew ? begun : kept).add(id);
            generations.put(id, anew ? generation + 1 : generation);
        }
        Set<String> removed = new TreeSet<>(newest.keySet());
        learners.forEach(removed::remove);
        return new RestorePlan(options.from(), generations, kept, begun, List.copyOf(removed));
    }

    private static void requireKnown(String id, List<String> learners) {
        if (!learners.contains(id)) {
            throw new JobOptionsException(
                    "option --restart-learner names '%s'; the experiment has the learners %s"
                            .formatted(id, learners));
        }
    }

    private static Map<String, Integer> newest(Set<String> uids) {
        Map<String, Integer> newest = new TreeMap<>();
        for (String uid : uids) {
            Matcher train = TRAIN_UID.matcher(uid);
            if (train.matches()) {
                int generation = train.group(2) == null ? 1 : Integer.parseInt(train.group(2));
                newest.merge(train.group(1), generation, Math::max);
            }
        }
        return newest;
    }

    /** Uid of one of a learner's operators, such as {@code train-sm}. */
    public String uid(String operator, String learner) {
        return uid(operator, learner, generations.getOrDefault(learner, 1));
    }

    private static String uid(String operator, String learner, int generation) {
        return "%s-%s%s".formatted(operator, learner, generation > 1 ? "#" + generation : "");
    }

    /** What differs from the savepoint, for people. */
    public String describe() {
        return "going on with %s, beginning with %s, dropping %s".formatted(kept, begun, removed);
    }
}
