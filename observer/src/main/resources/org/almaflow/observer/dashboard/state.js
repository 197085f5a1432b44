// What the page knows: messages of the server in, learners with their columns out.

import { measureBy } from "./format.js";

const COLUMNS = { arrival: Float64Array, error: Float32Array, loss: Float32Array, cer: Float32Array, macs: Float64Array, snapshot: Float64Array, lag: Float64Array };
const NAMES = Object.keys(COLUMNS);

/** One learner: its curve as columns that grow by doubling, and the newest of everything else. */
class Learner {
  constructor(id, place) {
    this.id = id;
    this.place = place;
    this.size = 0;
    this.training = [];
    this.typicalEpochs = 0;
    this.typicalMillis = 0;
    this.totals = null;
    this.decision = null;
    this.snapshot = null;
    this.snapshots = 0;
    this.columns = {};
    for (const name of NAMES) this.columns[name] = new COLUMNS[name](64);
  }

  append(rows, stride) {
    const { arrival } = this.columns;
    if (this.size > 0 && arrival[this.size - 1] % stride !== 0) this.size--;
    const more = rows.arrival.length;
    this.reserve(this.size + more);
    for (const name of NAMES) {
      const column = this.columns[name];
      const values = rows[name];
      for (let i = 0; i < more; i++) column[this.size + i] = values[i] === null ? NaN : values[i];
    }
    this.size += more;
  }

  reserve(needed) {
    let length = this.columns.arrival.length;
    if (needed <= length) return;
    while (length < needed) length *= 2;
    for (const name of NAMES) {
      const longer = new COLUMNS[name](length);
      longer.set(this.columns[name].subarray(0, this.size));
      this.columns[name] = longer;
    }
  }

  /** As the server thins: multiples of the stride stay, and the newest. */
  thin(stride) {
    const { arrival } = this.columns;
    let kept = 0;
    for (let i = 0; i < this.size; i++) {
      if (arrival[i] % stride !== 0 && i !== this.size - 1) continue;
      for (const name of NAMES) this.columns[name][kept] = this.columns[name][i];
      kept++;
    }
    this.size = kept;
  }

  /** The newest value of a column; NaN when there is none. */
  newest(name) {
    return this.size === 0 ? NaN : this.columns[name][this.size - 1];
  }

  /** Mean error over the arrivals: learners that are not equally far compare by it. */
  get mean() {
    const arrivals = this.newest("arrival");
    return arrivals > 0 ? this.newest("cer") / arrivals : NaN;
  }
}

export class State {
  constructor() {
    this.status = { state: "connecting", message: "looking for the Kafka broker", since: 0 };
    this.runs = [];
    this.skipped = 0;
    this.skippedLast = "";
    this.run = null;
    this.learners = [];
    this.letters = null;
    this.ahead = 0;
    this.messages = 0;
  }

  /** Takes one message; it says what changed since the one before, or everything. */
  apply(message) {
    this.messages++;
    this.ahead = message.now - Date.now();
    if (message.status) this.status = message.status;
    if (message.runs) {
      this.runs = message.runs;
      this.skipped = message.skipped;
      this.skippedLast = message.skippedLast;
    }
    if (message.run === null) {
      this.forget();
      return;
    }
    if (message.whole) this.forget();
    const stride = message.run.stride;
    if (this.run && this.run.stride !== stride) for (const learner of this.learners) learner.thin(stride);
    this.run = message.run;
    for (const news of message.learners) this.take(news, stride);
    if (message.letters) this.letters = message.letters;
  }

  forget() {
    this.run = null;
    this.learners = [];
    this.letters = null;
  }

  take(news, stride) {
    if (news.id !== undefined) this.learners[news.place] = new Learner(news.id, news.place);
    const learner = this.learners[news.place];
    if (news.rows) learner.append(news.rows, stride);
    learner.training = news.training;
    learner.typicalEpochs = news.typicalEpochs;
    learner.typicalMillis = news.typicalMillis;
    if (news.totals) measureBy(news.totals.measure);
    for (const name of ["totals", "decision", "snapshot", "snapshots"]) if (news[name] !== undefined) learner[name] = news[name];
  }

  /** Time of the server, in ms. */
  now() {
    return Date.now() + this.ahead;
  }

  /** Arrival of the newest model of a learner; 0 before the first. */
  version(learner) {
    return learner.snapshot ? learner.snapshot.version : learner.size ? learner.newest("snapshot") : 0;
  }

  /** Arrivals that the newest model of a learner has not seen. */
  lag(learner) {
    return Math.max(0, this.run.arrival - this.version(learner));
  }

  /** Learners by their names: the topics have them in the order in which they were heard of. */
  named() {
    return [...this.learners].sort((a, b) => a.id.localeCompare(b.id, undefined, { numeric: true }));
  }

  /** Learners, the one with the least mean error first. */
  ranked() {
    const key = (learner) => (Number.isFinite(learner.mean) ? learner.mean : Infinity);
    return [...this.learners].sort((a, b) => key(a) - key(b) || a.place - b.place);
  }

  /** Everything as plain values, for comparing one page with another. */
  dump() {
    return {
      run: this.run,
      letters: this.letters,
      learners: this.learners.map((l) => ({
        id: l.id, training: l.training, totals: l.totals, decision: l.decision, snapshot: l.snapshot, snapshots: l.snapshots,
        columns: NAMES.map((name) => Array.from(l.columns[name].subarray(0, l.size))),
      })),
    };
  }
}
