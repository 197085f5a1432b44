package org.almaflow.learning.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class EngineClaimsTest {
    private static final EngineOptions ONE = new EngineOptions(1, 0);
    private static final EngineOptions TWO = new EngineOptions(2, 0, 64L << 20);

    private final EngineClaims claims = new EngineClaims();

    @Test
    void anotherNumberIsRefusedWhileOneEngineIsOpen() {
        EngineOptions first = claims.claim(ONE);
        claims.release(claims.claim(ONE));

        assertThatThrownBy(() -> claims.claim(new EngineOptions(2, 0)))
                .isInstanceOf(EngineException.class)
                .hasMessage(
                        "this JVM's engines compute with 1 threads, so none can with 2; give all"
                                + " jobs that share a TaskManager one number, with option"
                                + " engine-threads");
        assertThatThrownBy(() -> claims.claim(new EngineOptions(1, 0, 64L << 20)))
                .isInstanceOf(EngineException.class)
                .hasMessageContainingAll("any amount", "64 MiB", "option native-memory");
        claims.release(first);
        assertThat(claims.claim(TWO)).isEqualTo(TWO);
        assertThat(claims.limit()).isEqualTo("64 MiB");
    }

    @Test
    void anEngineThatAdoptsTakesWhatIsThere() {
        claims.claim(TWO);

        EngineOptions adopted = claims.claim(ONE.adopting());

        assertThat(adopted.threads()).isEqualTo(2);
        assertThat(adopted.nativeMemory()).isEqualTo(64L << 20);
        claims.release(adopted);
        assertThatThrownBy(() -> claims.claim(ONE)).isInstanceOf(EngineException.class);
    }

    @Test
    void anEngineThatAdoptsGivesWay() {
        EngineOptions first = claims.claim(ONE.adopting());
        assertThat(first.threads()).isEqualTo(1);

        EngineOptions insisting = claims.claim(TWO);
        assertThat(insisting).isEqualTo(TWO);
        claims.release(insisting);

        assertThat(claims.claim(ONE)).isEqualTo(ONE);
    }

    @Test
    void theFirstThatAdoptsAloneHasItsOwn() {
        claims.release(claims.claim(TWO));

        assertThat(claims.claim(ONE.adopting()).threads()).isEqualTo(1);
    }
}
