package org.almaflow.pipeline.member;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.almaflow.pipeline.member.TrainingQueue.Ticket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TrainingQueueTest {
    private final TrainingQueue queue = TrainingQueue.join("run", 2);
    private final List<String> called = new ArrayList<>();

    @AfterEach
    void leave() {
        queue.leave();
    }

    private Ticket ask(String who) {
        return queue.ask(() -> called.add(who));
    }

    @Test
    void soManyTrainAtOnceAndTheNextIsWhoAskedFirst() {
        Ticket a = ask("a");
        Ticket b = ask("b");
        Ticket c = ask("c");
        ask("d");
        assertThat(called).containsExactly("a", "b");
        assertThat(queue.waiting()).isEqualTo(2);
        assertThat(c.called()).isFalse();

        b.close();
        assertThat(called).containsExactly("a", "b", "c");
        a.close();
        assertThat(called).containsExactly("a", "b", "c", "d");
        assertThat(queue.waiting()).isZero();
    }

    @Test
    void whoeverAsksAgainGoesBehindThoseWhoWait() {
        Ticket a = ask("a");
        ask("b");
        ask("c");
        a.close();
        ask("a again");

        assertThat(called).containsExactly("a", "b", "c");
        assertThat(queue.waiting()).isEqualTo(1);
    }

    @Test
    void givingUpAPlaceOrATurnTwiceFreesItOnce() {
        Ticket a = ask("a");
        ask("b");
        Ticket waiting = ask("c");
        waiting.close();
        a.close();
        a.close();
        ask("d");
        ask("e");

        assertThat(called).containsExactly("a", "b", "d");
        assertThat(queue.waiting()).isEqualTo(1);
    }

    @Test
    void subtasksOfARunShareAQueueAndOtherRunsDoNot() {
        TrainingQueue same = TrainingQueue.join("run", 9);
        TrainingQueue other = TrainingQueue.join("other run", 2);

        assertThat(same).isSameAs(queue);
        assertThat(other).isNotSameAs(queue);
        same.leave();
        other.leave();
        TrainingQueue later = TrainingQueue.join("other run", 2);
        assertThat(later).isNotSameAs(other);
        later.leave();
    }
}
