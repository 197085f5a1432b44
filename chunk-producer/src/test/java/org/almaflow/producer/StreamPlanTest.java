package org.almaflow.producer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StreamPlanTest {

    private static StreamPlan plan(int examples, int chunks) {
        return new StreamPlan("data", examples, chunks, 432, false);
    }

    @Test
    void chunksAreConsecutivePiecesOfThePermutation() {
        StreamPlan plan = plan(60_000, 50);
        int[] permutation = LegacyPermutation.of(432, 60_000);

        assertThat(plan.rows(1)).containsExactly(Arrays.copyOf(permutation, 1200));
        assertThat(plan.rows(50)).containsExactly(Arrays.copyOfRange(permutation, 58_800, 60_000));
    }

    @ParameterizedTest
    @CsvSource({"60000, 50", "60000, 7", "11, 4", "5, 5", "1, 1", "100, 99"})
    void everyExampleComesOnceAndTheFirstChunksGetOneMore(int examples, int chunks) {
        StreamPlan plan = plan(examples, chunks);

        int[] sizes = LongStream.rangeClosed(1, chunks).mapToInt(plan::size).toArray();
        int[] rows =
                LongStream.rangeClosed(1, chunks)
                        .mapToObj(plan::rows)
                        .flatMapToInt(Arrays::stream)
                        .toArray();
        int[] expectedSizes =
                IntStream.range(0, chunks)
                        .map(i -> examples / chunks + (i < examples % chunks ? 1 : 0))
                        .toArray();
        assertThat(sizes).containsExactly(expectedSizes);
        assertThat(rows).containsExactly(LegacyPermutation.of(432, examples));
    }

    @Test
    void chunksThatAreLeftOutAreMissedByNone() {
        StreamPlan all = plan(11, 4);
        StreamPlan some = all.without(List.of(3, 1, 3));

        assertThat(some.announcedChunks()).isEqualTo(2);
        assertThat(some.rows(1)).containsExactly(all.rows(2));
        assertThat(some.rows(2)).containsExactly(all.rows(4));
        assertThat(some.size(2)).isEqualTo(all.size(4));
        assertThat(some.has(3)).isFalse();
        assertThat(some.fingerprint()).isNotEqualTo(all.fingerprint());
        assertThat(all.without(List.of()).fingerprint()).isEqualTo(all.fingerprint());

        StreamPlan loop = new StreamPlan("data", 11, 4, 432, true);
        assertThat(loop.without(List.of(1)).rows(4)).containsExactly(loop.rows(6));
    }

    @ParameterizedTest
    @CsvSource({"0", "5", "'1,2,3,4'"})
    void noOtherChunksCanBeLeftOut(String chunks) {
        List<Integer> numbers = Stream.of(chunks.split(",")).map(Integer::valueOf).toList();
        assertThatExceptionOfType(ProduceException.class)
                .isThrownBy(() -> plan(11, 4).without(numbers))
                .withMessage(
                        "chunks %s cannot be left out of 1 to 4; choose others with --leave-out"
                                .formatted(numbers));
    }

    @Test
    void aLoopGoesOnWithTheNextSeed() {
        StreamPlan loop = new StreamPlan("data", 60_000, 50, 432, true);
        int[] second = LegacyPermutation.of(433, 60_000);

        assertThat(loop.rows(51)).containsExactly(Arrays.copyOf(second, 1200));
        assertThat(loop.rows(2)).containsExactly(plan(60_000, 50).rows(2));
        assertThat(loop.rows(100)).containsExactly(Arrays.copyOfRange(second, 58_800, 60_000));
        assertThat(loop.announcedChunks()).isZero();
        assertThat(loop.has(1_000_000_000_000L)).isTrue();
    }

    @Test
    void theLastSeedIsFollowedByTheFirst() {
        StreamPlan loop = new StreamPlan("data", 10, 2, 4294967295L, true);

        assertThat(loop.rows(3)).containsExactly(2, 8, 4, 9, 1);
    }

    @Test
    void aStreamWithoutLoopHasAnEnd() {
        StreamPlan plan = plan(10, 3);

        assertThat(plan.announcedChunks()).isEqualTo(3);
        assertThat(plan.has(3)).isTrue();
        assertThat(plan.has(4)).isFalse();
        assertThat(plan.has(0)).isFalse();
        assertThatIllegalArgumentException().isThrownBy(() -> plan.rows(4));
    }

    @ParameterizedTest
    @CsvSource({"10, 11", "10, 0", "10, -1", "0, 1"})
    void refusesMoreChunksThanExamples(int examples, int chunks) {
        assertThatExceptionOfType(ProduceException.class)
                .isThrownBy(() -> plan(examples, chunks))
                .withMessage(
                        "%d chunks cannot be made of %d training examples; choose 1 to %d with"
                                + " --chunks",
                        chunks, examples, examples);
    }

    @ParameterizedTest
    @CsvSource({"-1", "4294967296"})
    void refusesASeedThatNumPyWouldRefuse(long seed) {
        assertThatExceptionOfType(ProduceException.class)
                .isThrownBy(() -> new StreamPlan("data", 10, 2, seed, false))
                .withMessageContaining("seed " + seed);
    }

    @Test
    void theFingerprintDependsOnWhatMakesThePlan() {
        Stream<StreamPlan> plans =
                Stream.of(
                        plan(10, 2),
                        plan(10, 3),
                        new StreamPlan("other", 10, 2, 432, false),
                        new StreamPlan("data", 10, 2, 433, false),
                        new StreamPlan("data", 10, 2, 432, true));

        assertThat(plans.map(StreamPlan::fingerprint)).doesNotHaveDuplicates();
        assertThat(plan(10, 2).fingerprint())
                .isEqualTo(plan(10, 2).fingerprint())
                .matches("[0-9a-f]{12}");
    }
}
