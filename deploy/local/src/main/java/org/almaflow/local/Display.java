package org.almaflow.local;

import org.almaflow.observer.RunLedger;
import org.apache.avro.specific.SpecificRecord;

/** Shows a person how a run goes on. Used by one thread. */
interface Display {
    /**
     * What suits the terminal.
     *
     * @param progress whether to print progress where it cannot be drawn again in its place
     */
    static Display on(Terminal terminal, boolean progress) {
        return terminal.live()
                ? new LiveDisplay(terminal.out(), terminal::width, System::nanoTime)
                : new PlainDisplay(terminal.out(), progress);
    }

    /** A line that stays. */
    void say(String line);

    /** Something long goes on; the line may be replaced by the next one. */
    void step(String line);

    /** An event that the ledger has just taken. */
    void event(SpecificRecord event);

    /** Called often; shows the ledger as it is now where that can be done. */
    void tick(RunLedger ledger, String headline);

    /** Ends what is drawn again in its place; only {@link #say} may follow. */
    void rest();
}
