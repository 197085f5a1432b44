package org.almaflow.pipeline.member;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MemberTurnsTest {
    private final MemberTurns turns = new MemberTurns(2);

    @Test
    void worksWhenNoInputCame() {
        assertThat(turns.work()).isTrue();
        assertThat(turns.work()).isTrue();
    }

    @Test
    void stepsAsideOnceForInput() {
        turns.input();

        assertThat(turns.work()).isFalse();
        assertThat(turns.work()).isTrue();
    }

    @Test
    void endlessInputCannotStarveTraining() {
        int worked = 0;
        for (int mail = 0; mail < 9; mail++) {
            turns.input();
            worked += turns.work() ? 1 : 0;
        }

        assertThat(worked).isEqualTo(3);
    }
}
