package org.almaflow.learning.growth;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import org.almaflow.learning.family.Family;
import org.almaflow.learning.session.Cost;

/**
 * Growth of a network before a session: bounded steps that look at the session's data, then a new
 * network. Its whole state exports after any step, and growth goes on from it bit for bit.
 */
public interface Growth extends AutoCloseable {
    /** Begins the growth that {@code family} prescribes. */
    static Growth begin(Family family, GrowthSite site) {
        return family instanceof Family.FireFly firefly
                ? FireFlyScan.begin(firefly, site)
                : new MixtureScan(site, copies(family));
    }

    /** Goes on from what {@link #write} wrote, at an equal site. */
    static Growth resume(Family family, GrowthSite site, DataInput state) throws IOException {
        return family instanceof Family.FireFly firefly
                ? FireFlyScan.resume(firefly, site, state)
                : new MixtureScan(site, copies(family), state);
    }

    private static int copies(Family family) {
        return family instanceof Family.GrowingMixture mixture ? mixture.copies() : 1;
    }

    /** Whether the examples of the next step are on the device. */
    boolean ready();

    /** Reads a piece of what the next step waits for. */
    void load() throws IOException;

    /** Looks at the next mini-batch, if there is one. */
    void step();

    /** Whether all steps are done. */
    boolean done();

    /** What the network becomes, when {@link #done}. */
    Grown grown();

    /** What the steps so far have cost. */
    Cost cost();

    /** Time spent in steps, in nanoseconds. */
    long nanos();

    /** Bytes that it holds on the engine beside the site. */
    long bytes();

    /** Writes the whole state. */
    void write(DataOutput out) throws IOException;

    /** Frees what growth holds on the engine; nothing of the site. */
    @Override
    void close();
}
