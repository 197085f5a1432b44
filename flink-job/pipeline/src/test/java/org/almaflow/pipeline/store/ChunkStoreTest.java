package org.almaflow.pipeline.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.almaflow.learning.engine.Examples;
import org.almaflow.learning.member.ChunkRef;
import org.almaflow.learning.network.ElementType;
import org.almaflow.learning.network.InputSpec;
import org.almaflow.pipeline.TestingSlices;
import org.almaflow.pipeline.store.SliceStore.ChunkKey;
import org.almaflow.pipeline.store.SliceStore.StagedSlice;
import org.almaflow.pipeline.store.SliceStore.StoredChunk;
import org.almaflow.schemas.ChunkSlice;
import org.almaflow.schemas.FeatureSpec;
import org.almaflow.schemas.Target;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChunkStoreTest {
    private static final ChunkKey KEY = new ChunkKey(TestingSlices.PLAN, 7);

    private final List<ChunkSlice> slices = new TestingSlices(9, 3, 4).chunk(7);
    @TempDir Path folder;
    private Path root;
    private ChunkStore store;

    @BeforeEach
    void open() throws IOException {
        root = Files.createDirectory(folder.resolve("with space"));
        store = new ChunkStore(root.toUri(), "run-1", TestingSlices.STREAM);
    }

    private StoredChunk stageAndCompose() throws IOException {
        for (ChunkSlice slice : slices) {
            store.stage(slice);
        }
        return store.compose(KEY, TestingSlices.spec(), staged(slices));
    }

    private static List<StagedSlice> staged(List<ChunkSlice> slices) {
        return slices.stream()
                .map(s -> new StagedSlice(s.getSlice(), s.getExamples(), s.getCrc32c()))
                .toList();
    }

    private static ChunkRef ref(StoredChunk stored) {
        return new ChunkRef(7, stored.path(), stored.sha256(), stored.examples());
    }

    private List<String> files(String folder) throws IOException {
        try (Stream<Path> files = Files.walk(root.resolve(folder))) {
            return files.filter(Files::isRegularFile)
                    .map(f -> root.resolve(folder).relativize(f).toString())
                    .sorted()
                    .toList();
        }
    }

    @Test
    void aChunkReadsBackAsItsSlicesInOrder() throws IOException {
        Examples examples = store.read(ref(stageAndCompose()));

        assertThat(examples.count()).isEqualTo(12);
        assertThat(examples.classes()).isEqualTo(TestingSlices.CLASSES);
        assertThat(examples.input()).isEqualTo(Specs.input(TestingSlices.spec()));
        for (int s = 0; s < 3; s++) {
            var labels = slices.get(s).getLabels().order(java.nio.ByteOrder.LITTLE_ENDIAN);
            for (int i = 0; i < 4; i++) {
                assertThat(examples.labels()[4 * s + i]).isEqualTo(labels.getInt(4 * i));
            }
            assertThat(
                            examples.features()
                                    .slice(
                                            4 * s * TestingSlices.ELEMENTS,
                                            4 * TestingSlices.ELEMENTS))
                    .isEqualTo(slices.get(s).getFeatures());
        }
    }

    @Test
    void sequencesOfTokensReadBackWithoutLabels() throws IOException {
        FeatureSpec tokens =
                FeatureSpec.newBuilder()
                        .setElementType(org.almaflow.schemas.ElementType.INT32)
                        .setShape(List.of(2))
                        .setTarget(Target.NEXT_TOKEN)
                        .setClasses(50)
                        .setVocabulary("hash")
                        .build();
        ByteBuffer features = ByteBuffer.allocate(24).order(ByteOrder.LITTLE_ENDIAN);
        features.putInt(3).putInt(49).putInt(0).putInt(1).putInt(7).putInt(8).flip();
        ChunkSlice slice = slices.get(0);
        slice.setSpec(tokens);
        slice.setExamples(3);
        slice.setFeatures(features);
        slice.setLabels(ByteBuffer.allocate(0));
        store.stage(TestingSlices.sealed(slice));
        ChunkRef ref = ref(store.compose(KEY, tokens, staged(List.of(slice))));

        Examples part = store.read(ref, 1, 3);
        assertThat(part.input())
                .isEqualTo(new InputSpec(ElementType.TOKEN, List.of(2), List.of(), List.of()));
        assertThat(part.classes()).isEqualTo(50);
        assertThat(part.labels()).containsExactly(0, 0);
        assertThat(part.features().order(ByteOrder.LITTLE_ENDIAN).getInt(8)).isEqualTo(7);
    }

    @Test
    void anyPartOfAChunkReadsBack() throws IOException {
        ChunkRef ref = ref(stageAndCompose());
        Examples whole = store.read(ref);
        ChunkStore other = new ChunkStore(root.toUri(), "run-1", TestingSlices.STREAM);
        for (int from = 0; from <= whole.count(); from++) {
            for (int to = from; to <= whole.count(); to++) {
                Examples part = other.read(ref, from, to);
                assertThat(part.labels()).isEqualTo(Arrays.copyOfRange(whole.labels(), from, to));
                int bytes = TestingSlices.ELEMENTS;
                assertThat(part.features())
                        .isEqualTo(whole.features().slice(from * bytes, (to - from) * bytes));
            }
        }
    }

    @Test
    void aPartOfADamagedFileIsRefusedAsWell() throws IOException {
        StoredChunk stored = stageAndCompose();
        Path file = Path.of(URI.create(stored.path()));
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length - 1] ^= 1;
        Files.write(file, bytes);

        assertThatThrownBy(() -> store.read(ref(stored), 0, 1))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(stored.sha256());
    }

    @Test
    void theNameSaysStreamPlanChunkAndContent() throws IOException {
        StoredChunk stored = stageAndCompose();

        assertThat(files("chunks"))
                .containsExactly(
                        "toy/plan-1/train-000007-" + stored.sha256().substring(0, 16) + ".chunk");
        assertThat(Path.of(URI.create(stored.path()))).exists();
    }

    @Test
    void doingItAgainGivesTheSameFileWhichIsYoungAgain() throws IOException {
        StoredChunk stored = stageAndCompose();
        Path file = Path.of(URI.create(stored.path()));
        FileTime longAgo = FileTime.fromMillis(1_000_000);
        Files.setLastModifiedTime(file, longAgo);
        byte[] content = Files.readAllBytes(file);

        StoredChunk again = stageAndCompose();

        assertThat(again).isEqualTo(stored);
        assertThat(file).hasBinaryContent(content);
        assertThat(Files.getLastModifiedTime(file)).isGreaterThan(longAgo);
        assertThat(files("chunks")).hasSize(1);
    }

    @Test
    void aChunkCutShortByACrashIsWrittenAgain() throws IOException {
        StoredChunk stored = stageAndCompose();
        Path file = Path.of(URI.create(stored.path()));
        Files.write(file, new byte[10]);

        stageAndCompose();

        assertThat(store.read(ref(stored)).count()).isEqualTo(12);
    }

    @Test
    void anEmptyChunkIsAFileWithoutExamples() throws IOException {
        StoredChunk stored = store.compose(KEY, TestingSlices.spec(), List.of());

        assertThat(store.read(ref(stored)).count()).isZero();
    }

    @Test
    void aDamagedFileIsNamed() throws IOException {
        StoredChunk stored = stageAndCompose();
        Path file = Path.of(URI.create(stored.path()));
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length - 1] ^= 1;
        Files.write(file, bytes);

        assertThatThrownBy(() -> store.read(ref(stored)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(stored.path())
                .hasMessageContaining(stored.sha256());
    }

    @Test
    void anotherProgramsFileIsNoChunk() throws IOException {
        byte[] bytes = "something else entirely".getBytes(java.nio.charset.StandardCharsets.UTF_8);
        Path file = Files.write(root.resolve("x"), bytes);
        String sha256 = StoreFiles.hex(StoreFiles.sha256().digest(bytes));

        assertThatThrownBy(() -> store.read(new ChunkRef(1, file.toUri().toString(), sha256, 1)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("is not a chunk file of version 1");
    }

    @Test
    void discardedSlicesAreGoneAndTheirFileIsNot() throws IOException {
        StoredChunk stored = stageAndCompose();
        assertThat(files("runs/run-1/staging")).hasSize(3);

        store.discard(KEY);
        store.discard(KEY);

        assertThat(files("runs/run-1/staging")).isEmpty();
        assertThat(store.read(ref(stored)).count()).isEqualTo(12);
    }

    @Test
    void whatAnEarlierAttemptLeftIsSweptUpToTheNextChunk() throws IOException {
        stageAndCompose();
        store.stage(new TestingSlices(9, 3, 4).slice(8, 0));

        store.discardBefore(TestingSlices.PLAN, 8);

        assertThat(files("runs/run-1/staging")).hasSize(1).allMatch(f -> f.contains("000008"));
    }

    @Test
    void aStagedSliceThatIsGoneIsNamed() throws IOException {
        for (ChunkSlice slice : slices) {
            store.stage(slice);
        }
        store.discard(KEY);

        assertThatThrownBy(() -> store.compose(KEY, TestingSlices.spec(), staged(slices)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("000000-")
                .hasMessageContaining("start the run without its checkpoint");
        assertThat(files("chunks")).isEmpty();
    }

    @Test
    void namesFromOutsideCannotLeaveTheFolder() throws IOException {
        ChunkStore odd = new ChunkStore(root.toUri(), "run-1", "../..");
        ChunkKey key = new ChunkKey("../../../etc", 1);

        StoredChunk stored = odd.compose(key, TestingSlices.spec(), List.of());

        assertThat(Path.of(URI.create(stored.path())).normalize()).startsWith(root);
        assertThat(files("chunks").get(0)).startsWith("~2e.~2f..");
    }

    @Test
    void modelsAreStoredUnderTheirContent() throws IOException {
        ModelStore models = new ModelStore(root.toUri(), "run-1");
        var first = models.store("w1", 0, new byte[] {1, 2, 3});
        var again = models.store("w1", 0, new byte[] {1, 2, 3});

        assertThat(again).isEqualTo(first);
        assertThat(first.bytes()).isEqualTo(3);
        assertThat(files("models"))
                .containsExactly("run-1/w1/member-0-" + first.sha256() + ".safetensors");
    }

    @Test
    void aRunIsDoneWhenAllItsLearnersAre() throws IOException {
        RunStore runs = new RunStore(root.toUri(), "run-1");
        runs.markDone("w1");
        assertThat(runs.allDone(List.of("w1", "w2"))).isFalse();
        runs.markDone("w2");
        runs.markDone("w2");

        assertThat(runs.allDone(List.of("w1", "w2"))).isTrue();
        assertThat(new RunStore(root.toUri(), "run-2").allDone(List.of("w1"))).isFalse();
    }
}
