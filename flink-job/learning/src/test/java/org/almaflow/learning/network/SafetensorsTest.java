package org.almaflow.learning.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.almaflow.learning.network.Safetensors.Model;
import org.junit.jupiter.api.Test;

class SafetensorsTest {
    private static final NetworkSpec SPEC =
            new MlpSpec(
                    new InputSpec(ElementType.FLOAT32, List.of(3), List.of(), List.of()),
                    List.of(2),
                    2);
    private static final Model MODEL = new Model(SPEC, Tensors.initial(SPEC, 1));

    @Test
    void aModelComesBackAsItWas() {
        Model read = Safetensors.read(Safetensors.write(MODEL));

        assertThat(read.network()).isEqualTo(SPEC);
        assertThat(read.weights().byName().keySet())
                .containsExactlyElementsOf(MODEL.weights().byName().keySet());
        assertThat(read.weights().flat(SPEC)).isEqualTo(MODEL.weights().flat(SPEC));
    }

    /** Read with nothing but the format's description. */
    @Test
    void theBytesAreThoseOfTheFormat() {
        ByteBuffer file = ByteBuffer.wrap(Safetensors.write(MODEL)).order(ByteOrder.LITTLE_ENDIAN);
        byte[] header = new byte[(int) file.getLong()];
        file.get(header);
        String json = new String(header, StandardCharsets.UTF_8);

        assertThat(header.length % 8).isZero();
        assertThat(json)
                .startsWith("{\"__metadata__\":{\"network\":\"{\\\"type\\\":\\\"mlp\\\"")
                .contains(
                        "\"layers.0.weight\":{\"dtype\":\"F32\",\"shape\":[2,3],\"data_offsets\":[0,24]}")
                .contains(
                        "\"layers.1.bias\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[48,56]}");
        assertThat(file.remaining()).isEqualTo(56);
        float[] first = new float[6];
        file.asFloatBuffer().get(first);
        assertThat(first).isEqualTo(MODEL.weights().byName().get("layers.0.weight").data());
    }

    @Test
    void equalModelsHaveEqualBytes() {
        assertThat(Safetensors.write(new Model(SPEC, Tensors.initial(SPEC, 1))))
                .isEqualTo(Safetensors.write(MODEL));
    }

    @Test
    void damagedFilesAreRefusedAndNeverCrash() {
        byte[] good = Safetensors.write(MODEL);
        for (int length = 0; length < good.length; length++) {
            byte[] cut = Arrays.copyOf(good, length);
            assertThatThrownBy(() -> Safetensors.read(cut))
                    .isInstanceOf(IllegalArgumentException.class);
        }
        SplittableRandom random = new SplittableRandom(3);
        for (int i = 0; i < 3000; i++) {
            byte[] damaged = good.clone();
            damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
            try {
                Safetensors.read(damaged);
            } catch (IllegalArgumentException expected) {
                assertThat(expected.getMessage()).isNotBlank();
            }
        }
    }
}
