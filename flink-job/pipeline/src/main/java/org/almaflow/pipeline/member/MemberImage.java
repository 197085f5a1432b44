package org.almaflow.pipeline.member;

import java.util.List;
import org.almaflow.learning.member.MemberSnapshot;
import org.almaflow.pipeline.flow.MemberDirective;
import org.almaflow.pipeline.member.MemberImageSerializer.Label;

/**
 * A member at one moment, as a checkpoint stores it. Immutable, and nothing in it is changed by
 * others: it is written while the member works on.
 *
 * @param label whose it is
 * @param pending directives that have no outcome yet
 * @param snapshot null when it belongs to another subtask, which keeps it ({@link
 *     MemberImageSerializer#keepOnly})
 */
public record MemberImage(Label label, List<MemberDirective> pending, MemberSnapshot snapshot) {
    public MemberImage {
        pending = List.copyOf(pending);
    }
}
