package org.almaflow.learning.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class VggSpecTest {
    private static final InputSpec CIFAR = image(3, 32, 32);

    private static InputSpec image(int... shape) {
        return new InputSpec(
                ElementType.UINT8, Arrays.stream(shape).boxed().toList(), List.of(), List.of());
    }

    /** SEMANTICS: VGG c=16. */
    @Test
    void sizesAreThoseOfTheReference() {
        VggSpec spec = VggSpec.plain(CIFAR, 16, 10);

        assertThat(spec.parameters()).isEqualTo(35_930);
        assertThat(spec.forwardMacs()).isEqualTo(4_848_288);
        assertThat(spec.values() - spec.parameters()).isEqualTo(16 * 16 * 2);
    }

    /**
     * Block 1 and the linear layer are there once, 2,801,664 + 160 multiply-accumulates and 3,010
     * parameters of them; the rest twice. A gate averages its input (one each) and is linear on 256
     * values.
     */
    @Test
    void aMixtureCostsEveryExpertAndEveryGate() {
        VggSpec plain = VggSpec.plain(CIFAR, 16, 10);
        VggSpec mixture = VggSpec.mixture(CIFAR, 16, 2, 10);

        long shared = 32 * 32 * 16 * (9 * 3 + 2) + 32 * 32 * 16 * (9 * 16 + 2) + 160;
        long gates = 16 * (16 * 16 + 8 * 8 + 4 * 4 + 2 * 2) + 4 * 2 * 256;
        assertThat(mixture.forwardMacs())
                .isEqualTo(shared + 2 * (plain.forwardMacs() - shared) + gates);
        long once = 16 * (9 * 3 + 3) + 16 * (9 * 16 + 3) + 170;
        assertThat(mixture.parameters())
                .isEqualTo(once + 2 * (plain.parameters() - once) + 4 * 2 * 257);
    }

    @Test
    void everyConvolutionHasItsOwnNumberOfChannels() {
        VggSpec spec =
                new VggSpec(
                        image(2, 9, 12),
                        List.of(
                                new VggSpec.Block(List.of(3, 5), Mixture.flat(1)),
                                new VggSpec.Block(List.of(4), Mixture.flat(1))),
                        3);

        assertThat(spec.features()).isEqualTo(4 * 2 * 3);
        assertThat(spec.parameters())
                .isEqualTo(3 * (9 * 2 + 3) + 5 * (9 * 3 + 3) + 4 * (9 * 5 + 3) + 3 * (24 + 1));
        assertThat(spec.forwardMacs()).isEqualTo(108 * (3 * 20 + 5 * 29) + 24 * 4 * 47 + 24 * 3);
    }

    @Test
    void normalisationStartsNeutralAndItsStatisticsAreLast() {
        VggSpec spec = VggSpec.plain(CIFAR, 4, 10);
        Tensors initial = Tensors.initial(spec, 1);

        assertThat(initial.byName().get("blocks.0.experts.norms.0.weight").data()).containsOnly(1f);
        assertThat(initial.byName().get("blocks.2.experts.norms.3.bias").data()).containsOnly(0f);
        assertThat(initial.byName().get("blocks.4.experts.norms.3.running_mean").data())
                .containsOnly(0f);
        assertThat(initial.byName().get("blocks.4.experts.norms.3.running_var").data())
                .containsOnly(1f);
        List<Boolean> trainable = spec.tensors().stream().map(TensorSpec::trainable).toList();
        assertThat(trainable.lastIndexOf(true)).isLessThan(trainable.indexOf(false));
        assertThat(Tensors.ofFlat(spec, initial.flat(spec)).flat(spec))
                .isEqualTo(initial.flat(spec));
    }

    /** Uniform in ±1/√fan_in, weight and bias. */
    @Test
    void convolutionsStartWithinTheirBound() {
        Tensors initial = Tensors.initial(VggSpec.plain(CIFAR, 16, 10), 1);
        float[] weight = initial.byName().get("blocks.1.experts.convs.0.weight").data();

        float bound = (float) (1 / Math.sqrt(16 * 9));
        assertThat(weight).hasSize(16 * 16 * 9).doesNotContain(0f);
        float largest = 0;
        for (float w : weight) {
            largest = Math.max(largest, Math.abs(w));
        }
        assertThat(largest).isLessThanOrEqualTo(bound).isGreaterThan(0.99f * bound);
    }

    @Test
    void expertsStartAsCopiesAndGatesDoNot() {
        VggSpec spec = VggSpec.mixture(CIFAR, 4, 3, 10);
        Tensors initial = Tensors.initial(spec, 1);

        for (String name : List.of("convs.1.weight", "convs.0.bias", "norms.0.weight")) {
            float[] data = initial.byName().get("blocks.1.experts." + name).data();
            int each = data.length / 3;
            for (int e = 1; e < 3; e++) {
                assertThat(Arrays.copyOfRange(data, e * each, (e + 1) * each))
                        .isEqualTo(Arrays.copyOf(data, each));
            }
        }
        float[] gates = initial.byName().get("blocks.1.gates.weight").data();
        assertThat(Arrays.copyOfRange(gates, 64, 128)).isNotEqualTo(Arrays.copyOf(gates, 64));
    }

    @Test
    void specsAreJson() {
        for (NetworkSpec spec :
                List.of(
                        VggSpec.plain(CIFAR, 16, 10),
                        VggSpec.mixture(CIFAR, 4, 2, 10)
                                .withMixtures(
                                        List.of(
                                                Mixture.flat(2).split(1),
                                                Mixture.flat(2),
                                                Mixture.flat(2).split(0).split(2),
                                                Mixture.flat(1))),
                        new JointSpec(3, VggSpec.plain(CIFAR, 2, 10)))) {
            assertThat(NetworkJson.read(NetworkJson.write(spec))).isEqualTo(spec);
        }
        assertThat(NetworkJson.write(VggSpec.plain(CIFAR, 16, 10))).contains("\"type\":\"vgg\"");
    }

    @Test
    void modelFilesCarryTheStatistics() {
        VggSpec spec = VggSpec.mixture(CIFAR, 2, 2, 10);
        Tensors weights = Tensors.initial(spec, 1);
        Arrays.fill(weights.byName().get("blocks.1.experts.norms.0.running_mean").data(), 7);

        Safetensors.Model model =
                Safetensors.read(Safetensors.write(new Safetensors.Model(spec, weights)));

        assertThat(model.network()).isEqualTo(spec);
        assertThat(model.weights().flat(spec)).isEqualTo(weights.flat(spec)).contains(7f);
    }

    @Test
    void whatCannotBeBuiltIsRefusedInASentence() {
        assertThatThrownBy(() -> VggSpec.plain(image(3, 31, 64), 16, 10))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "images of 31 x 64 are too small for 5 max-pools, which need 32 x 32; use"
                                + " larger images or fewer blocks");
        assertThatThrownBy(() -> VggSpec.plain(image(784), 16, 10))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("[channels, height, width], not [784]");
        assertThatThrownBy(() -> VggSpec.plain(CIFAR, 0, 10))
                .hasMessage("channels must be 1 or more, not 0");
        assertThatThrownBy(() -> VggSpec.mixture(CIFAR, 16, 0, 10))
                .hasMessage("experts must be 1 or more, not 0");
        assertThatThrownBy(() -> VggSpec.plain(CIFAR, 16, 1)).hasMessageContaining("2 classes");
        assertThatThrownBy(() -> new JointSpec(0, VggSpec.plain(CIFAR, 16, 10)))
                .hasMessage("k must be 1 or more, not 0");
        assertThatThrownBy(() -> new JointSpec(2, VggSpec.mixture(CIFAR, 16, 2, 10)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("cannot be trained jointly");
    }
}
