package org.almaflow.observer.dashboard;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.almaflow.observer.LetterIdentity;
import org.almaflow.schemas.DeadLetter;
import org.almaflow.schemas.DeadLetterReason;

/** Dead letters of one stream: counts of all, the newest whole. Guarded by its {@link Board}. */
final class Letters {
    /** Letters kept whole. */
    static final int MOST = 50;

    /** Letters known by their identity. */
    private static final int MOST_KNOWN = 100_000;

    private final Map<DeadLetterReason, Long> reasons = new EnumMap<>(DeadLetterReason.class);
    private final Deque<DeadLetter> newest = new ArrayDeque<>();
    private final Set<LetterIdentity> known = new HashSet<>();
    private long total;
    private long changed;

    boolean add(DeadLetter letter, long version) {
        boolean fresh = known.size() >= MOST_KNOWN || known.add(LetterIdentity.of(letter));
        if (fresh) {
            total++;
            reasons.merge(letter.getReason(), 1L, Long::sum);
            newest.addFirst(withoutPayload(letter));
            if (newest.size() > MOST) {
                newest.removeLast();
            }
            changed = version;
        }
        return fresh;
    }

    private static DeadLetter withoutPayload(DeadLetter letter) {
        return DeadLetter.newBuilder(letter).setPayload(ByteBuffer.allocate(0)).build();
    }

    long total() {
        return total;
    }

    Map<DeadLetterReason, Long> reasons() {
        return reasons;
    }

    /** The newest, newest first. */
    Iterable<DeadLetter> newest() {
        return newest;
    }

    /** Version of the board at which the newest came; 0: none has. */
    long changed() {
        return changed;
    }
}
