package org.almaflow.pipeline.member;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.flink.api.common.externalresource.ExternalResourceInfo;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.junit.jupiter.api.Test;

class DevicesTest {
    private final Devices devices = new Devices();
    private final List<TestingGpu> two = gpus(2);

    private record TestingGpu(String index) implements ExternalResourceInfo {
        @Override
        public Optional<String> getProperty(String key) {
            return key.equals("index") ? Optional.of(index) : Optional.empty();
        }

        @Override
        public Collection<String> getKeys() {
            return Set.of("index");
        }
    }

    private static List<TestingGpu> gpus(int n) {
        return IntStream.range(0, n).mapToObj(i -> new TestingGpu(Integer.toString(i))).toList();
    }

    @Test
    void twoSlotsGetTwoDevices() {
        assertThat(devices.take("a", two).device()).isZero();
        assertThat(devices.take("b", two).device()).isOne();
    }

    @Test
    void tasksOfASlotShareItsDevice() {
        assertThat(devices.take("a", two).device()).isZero();
        assertThat(devices.take("b", two).device()).isOne();
        assertThat(devices.take("b", two).device()).isOne();
    }

    @Test
    void aThirdSlotSharesTheLeastUsedAndGivesItBack() {
        Devices.Lease first = devices.take("a", two);
        Devices.Lease again = devices.take("a", two);
        var unused = devices.take("b", two);
        assertThat(devices.take("c", two).device()).isZero();
        first.close();
        assertThat(devices.take("d", two).device()).as("b's and a's are alike, c's is a's").isOne();
        again.close();
        assertThat(devices.take("e", two).device()).as("now a has gone").isZero();
    }

    @Test
    void indicesAreThoseThatWereFound() {
        List<TestingGpu> found = List.of(new TestingGpu("7"), new TestingGpu("3"));
        assertThat(devices.take("a", found).device()).isEqualTo(3);
        assertThat(devices.take("b", found).device()).isEqualTo(7);
    }

    @Test
    void withoutADeviceTheRemedyIsNamed() {
        assertThatThrownBy(() -> devices.take("a", List.of()))
                .isInstanceOf(SuppressRestartsException.class)
                .hasRootCauseMessage(
                        "option --gpu is true but this TaskManager offers no GPU; configure"
                            + " external-resources: gpu in it as in deploy/flink/conf/gpu.yaml");
    }
}
