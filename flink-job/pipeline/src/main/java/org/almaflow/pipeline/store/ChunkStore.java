package org.almaflow.pipeline.store;

import java.io.ByteArrayOutputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.nio.ByteBuffer;
import java.security.DigestInputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.almaflow.learning.engine.Examples;
import org.almaflow.learning.member.ChunkReader;
import org.almaflow.learning.member.ChunkRef;
import org.almaflow.schemas.ChunkSlice;
import org.almaflow.schemas.FeatureSpec;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.fs.Path;

/**
 * The chunk files of one stream: {@code ROOT/chunks/STREAM/PLAN/(holdout|train)-CHUNK-SHA16.chunk},
 * shared by every run, and the slices that a run has staged: {@code
 * ROOT/runs/RUN/staging/STREAM/PLAN/CHUNK/SLICE-CRC.slice}. Chunk files are never changed or
 * deleted here.
 */
public final class ChunkStore implements SliceStore, ChunkReader {
    private final Path chunks;
    private final Path staging;

    /** Hashes of the files that were found undamaged. */
    private final Set<String> checked = ConcurrentHashMap.newKeySet();

    public ChunkStore(URI root, String run, String stream) {
        String element = StoreFiles.element(stream);
        chunks = new Path(new Path(root), "chunks/" + element);
        staging = new Path(new Path(root), "runs/%s/staging/%s".formatted(run, element));
    }

    @Override
    public void stage(ChunkSlice slice) throws IOException {
        Abandonable.call(
                () -> {
                    stageNow(slice);
                    return slice;
                });
    }

    private void stageNow(ChunkSlice slice) throws IOException {
        ChunkKey key = new ChunkKey(slice.getPlan(), slice.getChunk());
        Path target = staged(key, new StagedSlice(slice.getSlice(), 0, slice.getCrc32c()));
        ByteBuffer features = slice.getFeatures();
        ByteBuffer labels = slice.getLabels();
        if (!StoreFiles.isThere(target, (long) features.remaining() + labels.remaining())) {
            StoreFiles.publish(
                    StoreFiles.writeTemporary(
                            target.getParent(),
                            out -> {
                                write(out, features);
                                write(out, labels);
                            }),
                    target);
        }
    }

    @Override
    public StoredChunk compose(ChunkKey key, FeatureSpec spec, List<StagedSlice> slices)
            throws IOException {
        return Abandonable.call(() -> composeNow(key, spec, slices));
    }

    private StoredChunk composeNow(ChunkKey key, FeatureSpec spec, List<StagedSlice> slices)
            throws IOException {
        Path folder = new Path(chunks, StoreFiles.element(key.plan()));
        long examples = slices.stream().mapToLong(StagedSlice::examples).sum();
        MessageDigest digest = StoreFiles.sha256();
        Path temporary =
                StoreFiles.writeTemporary(
                        folder,
                        out -> {
                            OutputStream digesting = new DigestOutputStream(out, digest);
                            ChunkFile.writeHeader(digesting, spec, examples);
                            writeSlices(digesting, key, spec, slices);
                        });
        String sha256 = StoreFiles.hex(digest.digest());
        String role = key.chunk() == 0 ? "holdout" : "train";
        Path target =
                new Path(
                        folder,
                        "%s-%06d-%s.chunk".formatted(role, key.chunk(), sha256.substring(0, 16)));
        StoreFiles.publish(temporary, target);
        return new StoredChunk(target.toUri().toString(), sha256, examples);
    }

    /** Deletes the staged slices of a chunk; nothing happens when there are none. */
    public void discard(ChunkKey key) throws IOException {
        staging.getFileSystem().delete(folder(key), true);
    }

    /** Deletes the staged slices of all chunks of {@code plan} below {@code next}. */
    public void discardBefore(String plan, long next) throws IOException {
        Path folder = new Path(staging, StoreFiles.element(plan));
        FileSystem files = staging.getFileSystem();
        if (!files.exists(folder)) {
            return;
        }
        for (var status : files.listStatus(folder)) {
            if (Long.parseLong(status.getPath().getName()) < next) {
                files.delete(status.getPath(), true);
            }
        }
    }

    /**
     * The first read of a file goes through all of it and compares its hash; later ones read only
     * what is asked for.
     */
    @Override
    public Examples read(ChunkRef ref, int from, int to) throws IOException {
        Path path = new Path(URI.create(ref.path()));
        try {
            return Abandonable.call(
                    () ->
                            checked.contains(ref.sha256())
                                    ? readPart(path, ref, from, to)
                                    : readWhole(path, ref, from, to));
        } catch (FileNotFoundException e) {
            throw new IOException(
                    "chunk file %s is gone; restore the file".formatted(ref.path()), e);
        }
    }

    private static Examples readPart(Path path, ChunkRef ref, int from, int to) throws IOException {
        try (InputStream in = path.getFileSystem().open(path)) {
            return ChunkFile.read(in, ref, from, to);
        }
    }

    private Examples readWhole(Path path, ChunkRef ref, int from, int to) throws IOException {
        MessageDigest digest = StoreFiles.sha256();
        IOException damage = null;
        Examples examples = null;
        try (InputStream file = path.getFileSystem().open(path);
                InputStream in = digesting(file, digest)) {
            try {
                examples = ChunkFile.read(in, ref, from, to);
            } catch (IOException e) {
                damage = e; // a wrong hash says more
            }
            in.transferTo(OutputStream.nullOutputStream());
        }
        requireHash(ref, StoreFiles.hex(digest.digest()));
        if (damage != null) {
            throw damage;
        }
        checked.add(ref.sha256());
        return examples;
    }

    /** What is skipped counts as well. */
    private static InputStream digesting(InputStream file, MessageDigest digest) {
        return new DigestInputStream(file, digest) {
            private final byte[] passed = new byte[1 << 16];

            @Override
            public long skip(long n) throws IOException {
                return Math.max(0, read(passed, 0, (int) Math.min(n, passed.length)));
            }
        };
    }

    private static void requireHash(ChunkRef ref, String found) throws IOException {
        if (!found.equals(ref.sha256())) {
            throw new IOException(
                    "chunk file %s has SHA-256 %s and should have %s; restore the file"
                            .formatted(ref.path(), found, ref.sha256()));
        }
    }

    private void writeSlices(
            OutputStream out, ChunkKey key, FeatureSpec spec, List<StagedSlice> slices)
            throws IOException {
        ByteArrayOutputStream labels = new ByteArrayOutputStream();
        for (StagedSlice slice : slices) {
            byte[] bytes = readStaged(key, slice);
            int labelBytes = slice.examples() * Specs.labelBytes(spec);
            int featureBytes = bytes.length - labelBytes;
            if (featureBytes != slice.examples() * Specs.exampleBytes(spec)) {
                throw new IOException(
                        "staged slice %s has %d bytes, which are not %d examples"
                                .formatted(staged(key, slice), bytes.length, slice.examples()));
            }
            out.write(bytes, 0, featureBytes);
            labels.write(bytes, featureBytes, labelBytes);
        }
        labels.writeTo(out);
    }

    private byte[] readStaged(ChunkKey key, StagedSlice slice) throws IOException {
        try {
            return StoreFiles.read(staged(key, slice));
        } catch (FileNotFoundException e) {
            throw new IOException(
                    "staged slice %s is gone; start the run without its checkpoint, and the slices are read again"
                            .formatted(staged(key, slice)),
                    e);
        }
    }

    private Path folder(ChunkKey key) {
        return new Path(staging, "%s/%06d".formatted(StoreFiles.element(key.plan()), key.chunk()));
    }

    private Path staged(ChunkKey key, StagedSlice slice) {
        return new Path(folder(key), "%06d-%08x.slice".formatted(slice.slice(), slice.crc32c()));
    }

    private static void write(OutputStream out, ByteBuffer bytes) throws IOException {
        out.write(bytes.array(), bytes.arrayOffset() + bytes.position(), bytes.remaining());
    }
}
