package org.almaflow.pipeline.member;

import java.util.List;
import org.almaflow.pipeline.flow.ChunkArrived;
import org.almaflow.pipeline.flow.MemberDirective;

/** Makes directives; each is for member 0 until it is given another one. */
final class Directives {
    private Directives() {}

    /**
     * The directive of an arrival, or of a timer after it.
     *
     * @param fresh chunks that are new in the session
     */
    static MemberDirective of(
            ChunkArrived newest,
            boolean train,
            boolean timer,
            long session,
            String reason,
            List<ChunkArrived> fresh) {
        boolean predicted = newest.getChunk() > 0 && !timer;
        return MemberDirective.newBuilder()
                .setMember(0)
                .setArrival(newest.getChunk())
                .setChunks(newest.getChunks())
                .setTrain(train)
                .setSession(session)
                .setReason(reason)
                .setFresh(fresh)
                .setArrivedAt(newest.getArrivedAt())
                .setNewest(predicted ? newest : null)
                .setTimer(timer)
                .build();
    }
}
