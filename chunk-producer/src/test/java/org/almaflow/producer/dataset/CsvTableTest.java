package org.almaflow.producer.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.IntStream;
import org.almaflow.schemas.ElementType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CsvTableTest {
    @TempDir Path temp;

    @Test
    void readsNumbersAndTextLabels() throws Exception {
        write("flowers.csv", "width,kind,height\n1.5,rose,2\n-3e1,aster, 4 \n");
        write("flowers.holdout.csv", "width,kind,height\n0,rose,1\n");

        Dataset dataset = load("kind");

        assertThat(dataset.name()).isEqualTo("flowers");
        assertThat(dataset.spec().getElementType()).isEqualTo(ElementType.FLOAT32);
        assertThat(dataset.spec().getShape()).containsExactly(2);
        assertThat(dataset.spec().getClassNames()).containsExactly("aster", "rose");
        assertThat(floats(dataset.train())).containsExactly(1.5f, 2f, -30f, 4f);
        assertThat(dataset.train().labels()).containsExactly(1, 0);
        assertThat(floats(dataset.holdout())).containsExactly(0f, 1f);
        assertThat(dataset.holdout().labels()).containsExactly(1);
    }

    @Test
    void takesMeanAndDeviationFromTheTrainingRowsAlone() throws Exception {
        write("flowers.csv", "a,b,label\n1,7,0\n3,7,1\n");
        write("flowers.holdout.csv", "a,b,label\n1000,7,0\n");

        Dataset dataset = load("label");

        assertThat(dataset.spec().getMean()).containsExactly(2f, 7f);
        assertThat(dataset.spec().getStd()).containsExactly(1f, 1f);
    }

    @Test
    void holdsOutOneRowInSixTheSameWayEachTime() throws Exception {
        StringBuilder rows = new StringBuilder("x,label\n");
        IntStream.range(0, 60).forEach(i -> rows.append(i).append(',').append(i % 3).append('\n'));
        write("flowers.csv", rows.toString());

        Dataset dataset = load("label");

        assertThat(dataset.train().size()).isEqualTo(50);
        assertThat(dataset.holdout().size()).isEqualTo(10);
        assertThat(floats(dataset.train())).isSorted();
        assertThat(floats(dataset.holdout())).isSorted().doesNotContain(floats(dataset.train()));
        assertThat(load("label").fingerprint()).isEqualTo(dataset.fingerprint());
        // What the documented shuffle must give, computed by an independent program.
        assertThat(floats(dataset.holdout())).containsExactly(0, 3, 7, 10, 17, 21, 43, 44, 47, 49);
    }

    @Test
    void wholeNumbersAsLabelsAreOrderedAsNumbers() throws Exception {
        write("flowers.csv", "x,label\n1,10\n2,9\n3,-1\n4,2\n");

        assertThat(load("label").spec().getClassNames()).containsExactly("-1", "2", "9", "10");
    }

    @Test
    void readsAByteOrderMarkQuotesAndWindowsLines() throws Exception {
        write("flowers.csv", "\uFEFF\"x\",\"the, label\"\r\n\"1\",\"a \"\"b\"\"\"\r\n\r\n2,c\r\n");

        Dataset dataset = load("the, label");

        assertThat(dataset.spec().getClassNames()).containsExactly("a \"b\"", "c");
        assertThat(dataset.train().size() + dataset.holdout().size()).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''                         | label | has no rows",
                "x,label                    | label | has no rows",
                "x,label;1,a;2,b            | kind  | has no label column 'kind'; its columns are:"
                        + " x, label",
                "x,label;1,a;2,b            | ''    | which column holds the labels? Name one of:"
                        + " x, label",
                "x,label;1,a;2,a            | label | holds one value only, 'a'",
                "label;a;b                  | label | has one column only, 'label'",
                "x,label;1,a;,b             | label | line 3, column 'x': is empty",
                "x,label;1,a;2,             | label | line 3, column 'label': is empty",
                "x,label;1,a;two,b          | label | line 3, column 'x': 'two' is no finite"
                        + " number",
                "x,label;1,a;1-2,b          | label | line 3, column 'x': '1-2' is no number",
                "x,label;NaN,a;2,b          | label | line 2, column 'x': 'NaN' is no finite"
                        + " number",
                "x,label;1e99,a;2,b         | label | line 2, column 'x': '1e99' is no finite"
                        + " number",
                "x,label;1f,a;2,b           | label | line 2, column 'x': '1f' is no finite number",
                "x,label;1,a;2,b,3          | label | line 3: has 3 cells, must have 2",
                "x,label;1,a;2              | label | line 3: has 1 cells, must have 2",
                "x,label,x;1,a,1;2,b,1      | label | column 'x' is there twice",
                "x,,label;1,1,a;2,1,b       | label | column 2 has no name",
                "x,label;1,a;2,\"b          | label | cannot be read",
            })
    void namesWhatIsWrong(String lines, String label, String message) throws Exception {
        Path file = write("flowers.csv", lines.replace(';', '\n'));

        assertThatThrownBy(() -> load(label))
                .isInstanceOf(DatasetException.class)
                .hasMessageStartingWith(file.toString())
                .hasMessageContaining(message)
                .message()
                .doesNotContain("\n");
    }

    @Test
    void refusesTextThatIsNotUtf8() throws Exception {
        Path file = temp.resolve("flowers.csv");
        Files.write(file, "x,label\n1,ros\u00e9\n2,b\n".getBytes(StandardCharsets.ISO_8859_1));

        assertThatThrownBy(() -> load("label"))
                .isInstanceOf(DatasetException.class)
                .hasMessage(file + ": is no UTF-8 text; save it as UTF-8");
    }

    @Test
    void refusesAHoldoutWithOtherColumnsOrLabels() throws Exception {
        write("flowers.csv", "x,label\n1,a\n2,b\n");
        Path holdout = write("flowers.holdout.csv", "y,label\n1,a\n");
        assertThatThrownBy(() -> load("label"))
                .isInstanceOf(DatasetException.class)
                .hasMessage(
                        "%s: its columns are y, label, must be those of flowers.csv: x, label",
                        holdout);

        write("flowers.holdout.csv", "x,label\n1,a\n5,z\n");
        assertThatThrownBy(() -> load("label"))
                .isInstanceOf(DatasetException.class)
                .hasMessageContaining("line 3, column 'label': 'z' is no label of flowers.csv");
    }

    @Test
    void aLargeMeanLosesNoDigits() throws Exception {
        write("flowers.csv", "x,label\n1000000,a\n1000002,b\n");
        write("flowers.holdout.csv", "x,label\n1,a\n");

        Dataset dataset = load("label");

        assertThat(dataset.spec().getMean().get(0)).isEqualTo(1_000_001f);
        assertThat(dataset.spec().getStd().get(0)).isCloseTo(1f, within(1e-6f));
    }

    private Path write(String name, String text) throws IOException {
        return Files.writeString(temp.resolve(name), text);
    }

    private Dataset load(String label) {
        String file = temp.resolve("flowers.csv").toString();
        return Datasets.load(new DatasetRequest(file, label, null));
    }

    private static float[] floats(ExampleTable table) {
        float[] values = new float[table.features().length / Float.BYTES];
        ByteBuffer.wrap(table.features())
                .order(ByteOrder.LITTLE_ENDIAN)
                .asFloatBuffer()
                .get(values);
        return values;
    }
}
