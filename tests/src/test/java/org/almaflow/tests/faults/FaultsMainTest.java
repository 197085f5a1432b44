package org.almaflow.tests.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class FaultsMainTest {
    @ParameterizedTest
    @ValueSource(strings = {"--runs 0", "--runs -3", "--only BROKER --together 0"})
    void aSuiteOfNoRunsIsRefused(String args) {
        StringWriter said = new StringWriter();
        CommandLine main = new CommandLine(new FaultsMain()).setErr(new PrintWriter(said, true));

        assertThat(main.execute(args.split(" "))).isEqualTo(2);
        assertThat(said.toString()).contains(" is too few; give 1 or more");
    }
}
