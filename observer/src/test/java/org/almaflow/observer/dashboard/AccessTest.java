package org.almaflow.observer.dashboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class AccessTest {
    private static final String TOKEN = "correct horse battery";

    private final Access open = new Access("127.0.0.1", Optional.empty());
    private final Access closed = new Access("0.0.0.0", Optional.of(TOKEN));

    @ParameterizedTest
    @ValueSource(strings = {"localhost:8090", "127.0.0.1:8090", "[::1]:8090", "LocalHost", "[::1]"})
    void loopbackNamesAreOurs(String host) {
        assertThat(open.isOurs(host)).isTrue();
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(
            strings = {
                "",
                "evil.example",
                "evil.example:8090",
                "localhost.evil.example",
                "127.0.0.1.evil.example:80",
                "127.0.0.1:80:80"
            })
    void otherNamesAreNot(String host) {
        assertThat(open.isOurs(host)).isFalse();
    }

    @Test
    void anotherAddressWantsAToken() {
        assertThatThrownBy(() -> new Access("0.0.0.0", Optional.empty()))
                .isInstanceOf(DashboardException.class)
                .hasMessageContaining("--token-file");
        assertThat(closed.loopback()).isFalse();
        assertThat(closed.isOurs("dashboard.example")).isTrue();
    }

    @Test
    void anUnknownAddressIsNamed() {
        assertThatThrownBy(() -> new Access("no such host", Optional.empty()))
                .isInstanceOf(DashboardException.class)
                .hasMessageContaining("there is no address 'no such host'");
    }

    @Test
    void theTokenOpensAndNothingElseDoes() {
        assertThat(closed.isAllowed(null, null)).isFalse();
        assertThat(closed.isAllowed("Bearer " + TOKEN, null)).isTrue();
        assertThat(closed.isAllowed("Bearer " + TOKEN + "x", null)).isFalse();
        assertThat(closed.isAllowed(TOKEN, null)).isFalse();
        assertThat(closed.isAllowed(null, TOKEN)).isFalse();
        assertThat(closed.pass("wrong")).isEmpty();
        String pass = closed.pass(TOKEN).orElseThrow();
        assertThat(closed.isAllowed(null, pass)).isTrue();
        assertThat(new Access("0.0.0.0", Optional.of(TOKEN)).isAllowed(null, pass)).isFalse();
        assertThat(open.isAllowed(null, null)).isTrue();
    }

    @Test
    void pagesOfOtherSitesMayNotAsk() {
        String host = "localhost:8090";
        assertThat(open.isFromUs(null, null, host)).isTrue();
        assertThat(open.isFromUs("http://localhost:8090", "same-origin", host)).isTrue();
        assertThat(open.isFromUs("http://evil.example", null, host)).isFalse();
        assertThat(open.isFromUs("null", null, host)).isFalse();
        assertThat(open.isFromUs(null, "cross-site", host)).isFalse();
    }
}
