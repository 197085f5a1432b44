package org.almaflow.pipeline.member;

/**
 * Decides whether a training mail works or lets input pass first. Input that arrived since the last
 * mail may be followed by a checkpoint barrier; stepping aside for one turn lets both in. Endless
 * input cannot starve training: after {@code maxSkips} turns in a row the mail works.
 */
final class MemberTurns {
    private final int maxSkips;
    private boolean inputCame;
    private int skips;

    MemberTurns(int maxSkips) {
        this.maxSkips = maxSkips;
    }

    void input() {
        inputCame = true;
    }

    /** Whether this mail works. */
    boolean work() {
        boolean step = !inputCame || skips >= maxSkips;
        skips = step ? 0 : skips + 1;
        inputCame = false;
        return step;
    }
}
