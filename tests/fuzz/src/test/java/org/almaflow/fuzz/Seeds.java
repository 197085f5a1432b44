package org.almaflow.fuzz;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.util.List;
import org.almaflow.learning.network.InputSpec;
import org.almaflow.learning.network.JointSpec;
import org.almaflow.learning.network.MixtureMlpSpec;
import org.almaflow.learning.network.MlpSpec;
import org.almaflow.learning.network.NetworkSpec;
import org.almaflow.learning.network.Safetensors;
import org.almaflow.learning.network.Tensors;
import org.almaflow.learning.network.VggSpec;
import org.almaflow.schemas.ChunkSlice;
import org.almaflow.schemas.ElementType;
import org.almaflow.schemas.FeatureSpec;
import org.almaflow.schemas.Role;
import org.almaflow.schemas.SliceCodec;
import org.almaflow.schemas.Target;

/** Small valid inputs, from which the fuzzer begins. */
public final class Seeds {
    public static final String STREAM = "s";

    private static final int EXAMPLES = 2;
    private static final int CLASSES = 3;

    private Seeds() {}

    /** The only slice of a chunk; 0 is the holdout. */
    public static ChunkSlice slice(long chunk) {
        ByteBuffer labels = ByteBuffer.allocate(EXAMPLES * Integer.BYTES);
        labels.order(ByteOrder.LITTLE_ENDIAN).putInt(1).putInt(2).flip();
        ChunkSlice slice =
                ChunkSlice.newBuilder()
                        .setStream(STREAM)
                        .setPlan("p")
                        .setRole(chunk == 0 ? Role.HOLDOUT : Role.TRAIN)
                        .setChunk(chunk)
                        .setChunks(3)
                        .setSlice(0)
                        .setSlices(1)
                        .setExamples(EXAMPLES)
                        .setSpec(spec())
                        .setFeatures(ByteBuffer.allocate(EXAMPLES * 4))
                        .setLabels(labels)
                        .setProducedAt(Instant.EPOCH)
                        .setCrc32c(0)
                        .build();
        slice.setCrc32c(SliceCodec.crc(slice));
        return slice;
    }

    static FeatureSpec spec() {
        return FeatureSpec.newBuilder()
                .setElementType(ElementType.UINT8)
                .setShape(List.of(1, 2, 2))
                .setTarget(Target.CLASS_LABEL)
                .setClasses(CLASSES)
                .setMean(List.of(0.5f))
                .setStd(List.of(0.25f))
                .build();
    }

    /** A network of each kind. */
    static List<NetworkSpec> networks() {
        InputSpec input =
                new InputSpec(
                        org.almaflow.learning.network.ElementType.UINT8,
                        List.of(1, 2, 2),
                        List.of(0.5f),
                        List.of(0.25f));
        MlpSpec mlp = new MlpSpec(input, List.of(2), CLASSES);
        return List.of(
                mlp,
                new JointSpec(2, mlp),
                MixtureMlpSpec.flat(input, List.of(2), 2, CLASSES),
                VggSpec.mixture(input, 1, List.of(1), 1, CLASSES));
    }

    static byte[] model(NetworkSpec network) {
        return Safetensors.write(new Safetensors.Model(network, Tensors.initial(network, 0)));
    }
}
