package org.almaflow.pipeline;

import java.io.Serializable;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.almaflow.learning.engine.Tuning;
import org.almaflow.schemas.Topics;

/**
 * How the job runs; {@link JobOption} says what each option means. Validated when made.
 *
 * @param experiment text of the experiment file
 * @param learnerSlots {@link #CHOOSE} and {@link #EACH} are words
 * @param concurrentSessions null: as many as a TaskManager has processor cores; 1 on a GPU
 * @param from savepoint to go on from; empty for a fresh start
 * @param nativeMemory bytes; 0 for no limit
 * @param keepSnapshots number of snapshots; {@link Integer#MAX_VALUE} for all
 * @param kafka further properties of every Kafka client
 */
public record JobOptions(
        String experiment,
        String bootstrapServers,
        URI storage,
        String run,
        String topicPrefix,
        String from,
        List<String> restartLearners,
        boolean bounded,
        Duration checkpointInterval,
        Duration checkpointTimeout,
        Duration assemblyTimeout,
        int engineThreads,
        long nativeMemory,
        int learnerSlots,
        boolean gpu,
        Set<Tuning> engineTuning,
        int memberParallelism,
        Integer concurrentSessions,
        int restartAttempts,
        Duration restartDelay,
        Duration transactionTimeout,
        int keepSnapshots,
        Map<String, String> kafka)
        implements Serializable {
    /**
     * Of engineThreads: to be chosen where the job runs, see {@link EngineThreads}. Of
     * learnerSlots: by who submits the job.
     */
    public static final int CHOOSE = 0;

    /** Of learnerSlots: one for each member. */
    public static final int EACH = Integer.MAX_VALUE;

    /** Name of the external resource, as the cluster's configuration has it. */
    public static final String GPU_RESOURCE = "gpu";

    private static final Map<String, Integer> ENGINE_THREADS = Map.of("auto", CHOOSE);
    private static final Map<String, Integer> LEARNER_SLOTS =
            new TreeMap<>(Map.of("auto", CHOOSE, "each", EACH));

    public JobOptions {
        restartLearners = List.copyOf(restartLearners);
        engineTuning = Set.copyOf(engineTuning);
        kafka = Map.copyOf(kafka);
    }

    /** Options with defaults for all that is not named here. */
    public static JobOptions of(
            String experiment, String bootstrapServers, URI storage, String run) {
        Map<JobOption, String> values = new EnumMap<>(JobOption.class);
        values.put(JobOption.EXPERIMENT, base64(experiment));
        values.put(JobOption.BOOTSTRAP_SERVERS, bootstrapServers);
        values.put(JobOption.STORAGE, storage.toString());
        values.put(JobOption.RUN, run);
        return of(values, Map.of());
    }

    /**
     * Reads {@code --key value} pairs.
     *
     * @throws JobOptionsException naming the option, the value and what would be right
     */
    public static JobOptions parse(String... args) {
        OptionText.Given<JobOption> given = OptionText.read(JobOption.values(), args);
        return of(given.values(), given.kafka());
    }

    /** These options with one changed; the value as on the command line. */
    public JobOptions with(JobOption option, String value) {
        Map<JobOption, String> values = texts();
        values.put(option, value);
        return of(values, kafka);
    }

    /** These options with further Kafka client properties. */
    public JobOptions withKafka(Map<String, String> properties) {
        return of(texts(), properties);
    }

    /** What {@link #parse} reads back as equal options. */
    public String[] toArgs() {
        return OptionText.write(texts(), kafka);
    }

    /** Names of the topics. */
    public Topics topics() {
        return new Topics(topicPrefix);
    }

    /** Properties of every Kafka client, the brokers among them. */
    public Properties kafkaProperties() {
        Properties properties = new Properties();
        properties.putAll(kafka);
        properties.put("bootstrap.servers", bootstrapServers);
        return properties;
    }

    private static JobOptions of(Map<JobOption, String> values, Map<String, String> kafka) {
        OptionText text = new OptionText(values);
        return new JobOptions(
                text.decoded(JobOption.EXPERIMENT),
                text.required(JobOption.BOOTSTRAP_SERVERS),
                text.uri(JobOption.STORAGE),
                text.id(JobOption.RUN),
                text.id(JobOption.TOPIC_PREFIX),
                text.text(JobOption.FROM),
                text.list(JobOption.RESTART_LEARNER),
                text.flag(JobOption.BOUNDED),
                text.duration(JobOption.CHECKPOINT_INTERVAL),
                text.duration(JobOption.CHECKPOINT_TIMEOUT),
                text.duration(JobOption.ASSEMBLY_TIMEOUT),
                text.countOr(ENGINE_THREADS, JobOption.ENGINE_THREADS),
                text.memory(JobOption.NATIVE_MEMORY),
                text.countOr(LEARNER_SLOTS, JobOption.LEARNER_SLOTS),
                text.flag(JobOption.GPU),
                tuning(text.text(JobOption.ENGINE_TUNING)),
                text.count(JobOption.MEMBER_PARALLELISM),
                text.countOr(JobOption.CONCURRENT_SESSIONS, "cores"),
                text.count(JobOption.RESTART_ATTEMPTS),
                text.duration(JobOption.RESTART_DELAY),
                text.duration(JobOption.TRANSACTION_TIMEOUT),
                text.countOrAll(JobOption.KEEP_SNAPSHOTS),
                kafka);
    }

    private static Set<Tuning> tuning(String list) {
        try {
            return Tuning.parse(list);
        } catch (IllegalArgumentException e) {
            throw new JobOptionsException(
                    "option --%s: %s".formatted(JobOption.ENGINE_TUNING.key(), e.getMessage()), e);
        }
    }

    private Map<JobOption, String> texts() {
        Map<JobOption, String> texts = new EnumMap<>(JobOption.class);
        texts.put(JobOption.EXPERIMENT, base64(experiment));
        texts.put(JobOption.BOOTSTRAP_SERVERS, bootstrapServers);
        texts.put(JobOption.STORAGE, storage.toString());
        texts.put(JobOption.RUN, run);
        texts.put(JobOption.TOPIC_PREFIX, topicPrefix);
        texts.put(JobOption.FROM, from);
        texts.put(JobOption.RESTART_LEARNER, String.join(",", restartLearners));
        texts.put(JobOption.BOUNDED, Boolean.toString(bounded));
        texts.put(JobOption.CHECKPOINT_INTERVAL, checkpointInterval.toMillis() + " ms");
        texts.put(JobOption.CHECKPOINT_TIMEOUT, checkpointTimeout.toMillis() + " ms");
        texts.put(JobOption.ASSEMBLY_TIMEOUT, assemblyTimeout.toMillis() + " ms");
        texts.put(JobOption.ENGINE_THREADS, word(ENGINE_THREADS, engineThreads));
        texts.put(
                JobOption.NATIVE_MEMORY,
                nativeMemory == 0 ? OptionText.UNLIMITED : nativeMemory + " b");
        texts.put(JobOption.LEARNER_SLOTS, word(LEARNER_SLOTS, learnerSlots));
        texts.put(JobOption.MEMBER_PARALLELISM, Integer.toString(memberParallelism));
        texts.put(JobOption.GPU, Boolean.toString(gpu));
        texts.put(
                JobOption.ENGINE_TUNING,
                engineTuning.stream().sorted().map(Tuning::label).collect(Collectors.joining(",")));
        texts.put(
                JobOption.CONCURRENT_SESSIONS,
                concurrentSessions == null ? "cores" : concurrentSessions.toString());
        texts.put(JobOption.RESTART_ATTEMPTS, Integer.toString(restartAttempts));
        texts.put(JobOption.RESTART_DELAY, restartDelay.toMillis() + " ms");
        texts.put(JobOption.TRANSACTION_TIMEOUT, transactionTimeout.toMillis() + " ms");
        texts.put(
                JobOption.KEEP_SNAPSHOTS,
                keepSnapshots == Integer.MAX_VALUE
                        ? OptionText.ALL
                        : Integer.toString(keepSnapshots));
        return texts;
    }

    /** A number, or the word for it. */
    private static String word(Map<String, Integer> words, int number) {
        return words.entrySet().stream()
                .filter(word -> word.getValue() == number)
                .map(Map.Entry::getKey)
                .findFirst()
                .orElseGet(() -> Integer.toString(number));
    }

    /** Without the Kafka clients' properties, which may hold passwords. */
    @Override
    public String toString() {
        return "options of run %s on %s".formatted(run, bootstrapServers);
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
