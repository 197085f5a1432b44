package org.almaflow.producer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.almaflow.producer.dataset.Dataset;
import org.almaflow.producer.dataset.ExampleTable;
import org.almaflow.schemas.ChunkSlice;
import org.almaflow.schemas.ElementType;
import org.almaflow.schemas.FeatureSpec;
import org.almaflow.schemas.RecordCodec;
import org.almaflow.schemas.Role;
import org.almaflow.schemas.SliceCodec;
import org.almaflow.schemas.Target;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChunkSlicerTest {

    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    private static List<ChunkSlice> cut(Dataset dataset, int chunks, int bound, long chunk) {
        StreamPlan plan = plan(dataset, chunks);
        List<ChunkSlice> slices = new ArrayList<>();
        new ChunkSlicer("s", dataset, plan, bound).cut(chunk, NOW).forEach(slices::add);
        return slices;
    }

    private static StreamPlan plan(Dataset dataset, int chunks) {
        return new StreamPlan(dataset.fingerprint(), dataset.train().size(), chunks, 432, false);
    }

    @Test
    void slicesHoldThePlannedExamplesInOrder() {
        Dataset dataset = TestingData.numbered(1000, 10);
        List<ChunkSlice> slices = cut(dataset, 3, 500, 2);

        List<Integer> rows = new ArrayList<>();
        List<Integer> labels = new ArrayList<>();
        for (ChunkSlice slice : slices) {
            ByteBuffer features = slice.getFeatures().duplicate().order(ByteOrder.LITTLE_ENDIAN);
            while (features.hasRemaining()) {
                rows.add(features.getInt());
                assertThat(features.getInt()).as("table").isZero();
            }
            ByteBuffer bytes = slice.getLabels().duplicate().order(ByteOrder.LITTLE_ENDIAN);
            while (bytes.hasRemaining()) {
                labels.add(bytes.getInt());
            }
        }
        assertThat(slices).hasSizeGreaterThan(5);
        assertThat(rows)
                .containsExactlyElementsOf(
                        Arrays.stream(plan(dataset, 3).rows(2)).boxed().toList());
        assertThat(labels).containsExactlyElementsOf(rows.stream().map(row -> row % 3).toList());
    }

    @Test
    void everySliceCanBeCheckedByItself() {
        Dataset dataset = TestingData.numbered(1000, 10);
        List<ChunkSlice> slices = cut(dataset, 3, 500, 3);

        for (int i = 0; i < slices.size(); i++) {
            ChunkSlice slice = slices.get(i);
            assertThat(SliceCodec.intact(slice)).isTrue();
            assertThat(slice.getSlice()).isEqualTo(i);
            assertThat(slice.getSlices()).isEqualTo(slices.size());
            assertThat(slice.getChunk()).isEqualTo(3);
            assertThat(slice.getChunks()).isEqualTo(3);
            assertThat(slice.getRole()).isEqualTo(Role.TRAIN);
            assertThat(slice.getSpec()).isEqualTo(dataset.spec());
            assertThat(slice.getPlan()).isEqualTo(plan(dataset, 3).fingerprint());
            assertThat(slice.getProducedAt()).isEqualTo(NOW);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {4000, 10_000, 65_536, 524_288})
    void noEncodedSliceIsLargerThanTheBound(int bound) {
        RecordCodec<ChunkSlice> codec = RecordCodec.of(ChunkSlice.class);
        List<ChunkSlice> slices = cut(TestingData.images(1000, 1), 2, bound, 1);

        assertThat(slices)
                .allSatisfy(s -> assertThat(codec.encode(s).length).isLessThanOrEqualTo(bound));
        assertThat(codec.encode(slices.get(0)).length)
                .as("of no use half empty")
                .isGreaterThan(bound / 2);
    }

    @Test
    void theHoldoutIsChunkZeroInFileOrder() {
        List<ChunkSlice> slices = cut(TestingData.numbered(10, 4), 3, 10_000, 0);

        assertThat(slices).hasSize(1);
        ChunkSlice holdout = slices.get(0);
        assertThat(holdout.getRole()).isEqualTo(Role.HOLDOUT);
        ByteBuffer features = holdout.getFeatures().duplicate().order(ByteOrder.LITTLE_ENDIAN);
        for (int row = 0; row < 4; row++) {
            assertThat(features.getInt()).isEqualTo(row);
            assertThat(features.getInt()).isEqualTo(1);
        }
    }

    @Test
    void anEmptyHoldoutIsOneSliceWithoutExamples() {
        List<ChunkSlice> slices = cut(TestingData.numbered(10, 0), 3, 10_000, 0);

        assertThat(slices).hasSize(1);
        assertThat(slices.get(0).getExamples()).isZero();
        assertThat(slices.get(0).getSlices()).isEqualTo(1);
        assertThat(SliceCodec.intact(slices.get(0))).isTrue();
    }

    @Test
    void cuttingAgainGivesTheSameSlices() {
        Dataset dataset = TestingData.images(100, 1);

        assertThat(cut(dataset, 2, 50_000, 2)).isEqualTo(cut(dataset, 2, 50_000, 2));
    }

    @Test
    void refusesABoundThatNoExampleFits() {
        assertThatExceptionOfType(ProduceException.class)
                .isThrownBy(() -> cut(TestingData.images(2, 1), 1, 3072, 1))
                .withMessageStartingWith("one example of images takes 3,")
                .withMessageEndingWith(
                        "more than the bound of a slice, 3,072; raise --max-slice-bytes");
    }

    @Test
    void tokenSequencesHaveNoLabels() {
        FeatureSpec spec =
                FeatureSpec.newBuilder()
                        .setElementType(ElementType.INT32)
                        .setShape(List.of(4))
                        .setTarget(Target.NEXT_TOKEN)
                        .setClasses(256)
                        .setVocabulary("abc")
                        .build();
        ExampleTable table = new ExampleTable(new byte[5 * 16], new int[0]);
        Dataset dataset = new Dataset("text", spec, table, table, "f", Optional.empty());
        StreamPlan plan = new StreamPlan("f", 5, 1, 432, false);

        ChunkSlice slice =
                new ChunkSlicer("s", dataset, plan, 10_000).cut(1, NOW).iterator().next();

        assertThat(slice.getExamples()).isEqualTo(5);
        assertThat(slice.getFeatures().remaining()).isEqualTo(80);
        assertThat(slice.getLabels().remaining()).isZero();
    }
}
