package org.almaflow.producer.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DatasetsTest {
    @TempDir Path temp;

    @Test
    void knowsThreeDatasets() {
        assertThat(Datasets.known())
                .extracting(KnownDataset::label)
                .containsExactly("mnist", "fashion-mnist", "cifar-10");
    }

    @ParameterizedTest
    @CsvSource({"MNIST,mnist", "Fashion_MNIST,fashion-mnist", "cifar10,cifar-10"})
    void aKnownNameMayBeSpeltDifferently(String typed, String label) {
        assertThat(KnownDataset.find(typed)).map(KnownDataset::label).contains(label);
    }

    @ParameterizedTest
    @CsvSource({"minst,mnist", "fashon-mnist,fashion-mnist", "cifar-100,cifar-10"})
    void suggestsANearName(String typed, String meant) {
        assertThatThrownBy(() -> Datasets.load(DatasetRequest.of(typed)))
                .isInstanceOf(DatasetException.class)
                .hasMessageContaining("data set '%s' is neither known nor an existing path", typed)
                .hasMessageContaining("did you mean %s?", meant);
    }

    @Test
    void saysWhatADatasetCanBe() {
        assertThatThrownBy(() -> Datasets.load(DatasetRequest.of("no/such/folder")))
                .isInstanceOf(DatasetException.class)
                .hasMessageContaining("known are mnist, fashion-mnist, cifar-10")
                .hasMessageContaining("folder of class-named sub-folders")
                .hasMessageContaining(".csv")
                .message()
                .doesNotContain("did you mean", "\n");
        assertThatThrownBy(
                        () ->
                                Datasets.fetch(
                                        new FetchRequest("imagenet", null, temp),
                                        DatasetProgress.NONE))
                .isInstanceOf(DatasetException.class)
                .hasMessageContaining("data set 'imagenet'");
    }

    @Test
    void refusesAFileThatIsNoCsv() throws Exception {
        Path file = Files.writeString(temp.resolve("data.txt"), "x,label\n1,a\n");

        assertThatThrownBy(() -> Datasets.load(DatasetRequest.of(file.toString())))
                .isInstanceOf(DatasetException.class)
                .hasMessageContaining("is a file, but no .csv");
    }

    @Test
    void refusesALabelColumnWhereThereAreNoColumns() {
        assertThatThrownBy(() -> Datasets.load(new DatasetRequest("mnist", "kind", temp)))
                .isInstanceOf(DatasetException.class)
                .hasMessageContaining("data set 'mnist' is no existing .csv file")
                .hasMessageContaining("'kind'");
    }

    @Test
    void theFingerprintSeesSpecFeaturesLabelsAndWhichPartTheyAreIn() {
        ExampleTable a = new ExampleTable(new byte[] {1, 2}, new int[] {0, 1});
        ExampleTable b = new ExampleTable(new byte[] {1, 3}, new int[] {0, 1});
        ExampleTable c = new ExampleTable(new byte[] {1, 2}, new int[] {1, 1});
        var one =
                FeatureSpecs.images(
                        List.of(1, 1, 1), List.of("x", "y"),
                        List.of(0f), List.of(1f));
        var two =
                FeatureSpecs.images(
                        List.of(1, 1, 1), List.of("x", "z"),
                        List.of(0f), List.of(1f));

        assertThat(
                        Stream.of(
                                        Dataset.of("d", one, a, b),
                                        Dataset.of("d", two, a, b),
                                        Dataset.of("d", one, b, a),
                                        Dataset.of("d", one, a, c),
                                        Dataset.of("d", one, c, a))
                                .map(Dataset::fingerprint)
                                .distinct())
                .hasSize(5)
                .allMatch(f -> f.matches("[0-9a-f]{16}"));
        assertThat(Dataset.of("other name", one, a, b).fingerprint())
                .isEqualTo(Dataset.of("d", one, a, b).fingerprint());
    }
}
