package org.almaflow.tests.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** What {@code tests/faults.sh --short} does. */
class FaultsIT {
    @Test
    void everyFaultLeavesTheResultsAsTheyMustBe() throws IOException {
        Path home = Path.of(System.getProperty("alma.home"));
        try (FaultSuite suite = new FaultSuite(home, FaultsMain::print, false, true)) {
            FaultsMain.brief(suite);
            assertThat(suite.rows()).flatExtracting(FaultRow::problems).isEmpty();
            assertThat(suite.rows()).hasSize(Fault.values().length + 1);
        }
    }
}
