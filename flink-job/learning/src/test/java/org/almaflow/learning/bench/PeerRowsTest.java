package org.almaflow.learning.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class PeerRowsTest {
    @Test
    void onlyEngineDl4jMustBeFasterThanPyTorchAndOnlyInNetworksOfSeveralParts() {
        assertThat(PeerRows.all("torch")).allMatch(row -> row.limit() == 1.1);

        List<PeerRow> rows = PeerRows.all("dl4j");
        assertThat(rows.stream().filter(row -> row.limit() == 0.8).map(PeerRow::model))
                .containsExactly("umix-4", "gmoe-11");
        assertThat(rows).allMatch(row -> row.limit() == 0.8 || row.limit() == 1.1);
    }
}
