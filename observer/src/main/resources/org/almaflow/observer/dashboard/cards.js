// The tables below the chart.
import { bytes, clock, count, whole, decimal, errorText, figure, isText, known, measured, percent, perplexity, ranges, rough, span } from "./format.js";
import { swatch } from "./look.js";
import { LiveTable, once } from "./table.js";

const $ = (id) => document.getElementById(id);

function element(name, text, className) {
  const made = document.createElement(name);
  if (text) made.textContent = text;
  if (className) made.className = className;
  return made;
}

/** All cards of a page. */
export class Cards {
  constructor(cast) {
    this.cast = cast;
    this.state = null;
    this.learners = new LiveTable($("learners"), "Learners", this.learnerColumns(), (l) => l.id);
    this.sessions = new LiveTable($("sessions"), "Sessions in progress", this.sessionColumns(), (s) => s.learner.id + "/" + s.member);
    this.policies = new LiveTable($("policies"), "What the waiting policies hold", this.policyColumns(), (l) => l.id);
    this.snapshots = new LiveTable($("snapshots"), "Newest snapshot of each learner", this.snapshotColumns(), (l) => l.id);
    this.letters = new LiveTable($("letters"), "Newest dead letters", letterColumns(), (l) => [l.topic, l.partition, l.offset, l.chunk, l.reason].join());
    this.lineage = new LiveTable($("lineage-table"), "Snapshots and their lineage", lineageColumns(), (s) => s.version);
  }

  update(state) {
    this.state = state;
    const trainings = this.trainings();
    const learners = state.named();
    const asked = learners.filter((l) => l.decision);
    const published = learners.filter((l) => l.snapshot);
    this.learners.update(learners);
    this.sessions.update(trainings);
    this.policies.update(asked);
    this.snapshots.update(published);
    this.letters.update(state.letters ? state.letters.newest : []);
    this.either("sessions", trainings.length > 0);
    this.either("policies", asked.length > 0);
    this.either("snapshots", published.length > 0);
    $("letters").parentElement.hidden = !state.letters?.total;
    this.reasons();
  }

  either(table, any) {
    $(table).parentElement.hidden = !any;
    $("no-" + table).hidden = any;
  }

  reasons() {
    const { letters, skipped, skippedLast } = this.state;
    const others = letters ? letters.others : 0;
    const none = others > 0 ? "None of this stream." : "None: every slice could be used.";
    const parts = letters?.total > 0 ? [letters.total + " in all: " + Object.entries(letters.reasons).map(([reason, n]) => n + " × " + reason.toLowerCase().replaceAll("_", " ")).join(", ") + "."] : [none];
    if (others > 0) parts.push("Other streams: " + others + "; a record that cannot be read counts for the stream that its key names.");
    if (skipped > 0) parts.push(skipped + " records of the metric topics could not be read; the last: " + skippedLast);
    const text = parts.join(" ");
    if ($("reasons").textContent !== text) $("reasons").textContent = text;
  }

  trainings() {
    return this.state.named().flatMap((learner) => learner.training.map((session) => ({ ...session, learner })));
  }

  name(cell, learner) {
    const look = this.cast.look(learner.id);
    once(cell, learner.id + look.colour + look.dash + look.marker, () => [swatch(look), " " + learner.id]);
  }

  learnerColumns() {
    const of = (name) => (l) => l.newest(name);
    const totals = (name) => (l) => (l.totals ? l.totals[name] : NaN);
    return [
      { name: "learner", cell: (cell, l) => this.name(cell, l), value: (l) => l.id },
      { name: "family", text: (l) => (l.totals ? l.totals.family : "–"), value: (l) => l.totals?.family },
      { name: "waiting", text: (l) => (l.totals ? l.totals.waiting : l.decision ? l.decision.waiting : "–"), value: (l) => l.totals?.waiting },
      { name: "arrival", number: true, text: (l) => (l.size ? l.newest("arrival") + (this.state.run.chunks ? "/" + this.state.run.chunks : "") : "–"), value: of("arrival") },
      { get name() { return measured("error", "cross-entropy"); }, number: true, text: (l) => errorText(l.newest("error")), value: of("error") },
      { name: "perplexity", shown: isText, number: true, text: (l) => perplexity(l.newest("error")), value: of("error"), help: "from how many equally likely tokens to choose would be as hard" },
      { get name() { return measured("CER", "sum"); }, number: true, text: (l) => decimal(l.newest("cer")), value: of("cer"), get help() { return "sum of the " + measured("errors", "cross-entropies") + " after each arrival so far"; } },
      { get name() { return measured("mean error", "mean cross-entropy"); }, number: true, text: (l) => errorText(l.mean), value: (l) => l.mean, get help() { return measured("CER", "sum") + " divided by the arrivals"; } },
      { name: "MACs", number: true, text: (l) => (l.totals ? count(l.totals.macs) : "–"), value: totals("macs"), help: "multiply-accumulates so far, the session in progress included" },
      { name: "sessions", number: true, text: (l) => (l.totals ? whole(l.totals.sessions) : "–"), value: totals("sessions") },
      { name: "epochs", number: true, text: (l) => (l.totals ? whole(l.totals.epochs) : "–"), value: totals("epochs") },
      { name: "parameters", number: true, text: (l) => (l.totals ? count(l.totals.parameters) : "–"), value: totals("parameters") },
      { name: "lag", number: true, text: (l) => whole(this.state.lag(l)), value: (l) => this.state.lag(l), help: "arrivals since the newest snapshot" },
      { name: "delay", number: true, text: (l) => span(l.newest("arrival") > 0 ? l.newest("lag") : NaN), value: of("lag"), help: "time from the newest arrival until its model was available" },
      { name: "now", cell: (cell, l) => this.doing(cell, l) },
    ];
  }

  doing(cell, learner) {
    const [session] = learner.training;
    const waits = learner.decision ? held(learner.decision).chunks : 0;
    const text = session ? "trains " + session.epoch + "/" + session.maxEpochs : this.queues(learner) ? "waits for its turn to train" : waits ? "holds " + waits + (waits === 1 ? " chunk" : " chunks") : this.state.lag(learner) > 0 ? "behind" : learner.size ? "up to date" : "–";
    once(cell, text, () => {
      const tag = element("span", text, "tag");
      tag.dataset.kind = session ? "train" : "hold";
      return tag;
    });
  }

  /** Whether a session was decided on that has not begun: others train, or it is about to. */
  queues(learner) {
    return Boolean(learner.decision?.train) && learner.decision.arrival > this.state.version(learner);
  }

  sessionColumns() {
    return [
      { name: "learner", cell: (cell, s) => this.name(cell, s.learner), value: (s) => s.learner.id },
      { name: "session", number: true, text: (s) => s.session + (s.learner.training.length > 1 || s.member > 0 ? " · member " + s.member : ""), value: (s) => s.session },
      { name: "arrival", number: true, text: (s) => String(s.arrival), value: (s) => s.arrival },
      { name: "epoch", cell: (cell, s) => epochs(cell, s), value: (s) => s.epoch / s.maxEpochs },
      { name: "queued", number: true, text: (s) => (s.queuedSeconds > 0 ? span(1000 * s.queuedSeconds) : "–"), value: (s) => s.queuedSeconds, help: "time it waited for others to end before it began" },
      { name: "loss", number: true, text: (s) => decimal(s.loss), value: (s) => s.loss },
      { name: "validation", number: true, text: (s) => percent(s.accuracy), value: (s) => s.accuracy, help: "accuracy after the newest epoch" },
      { name: "time left", number: true, text: (s) => this.left(s), value: (s) => this.most(s), help: "about, if it takes as many epochs as the session before; at most, if it takes all it may" },
    ];
  }

  /** Of an epoch, in ms: as in this session so far, or before its first as in the session before; NaN when there was none. */
  epochMillis(session) {
    if (session.epoch > 0) return (session.at - session.openedAt) / session.epoch;
    const { typicalMillis } = session.learner;
    return typicalMillis > 0 ? typicalMillis * session.examples : NaN;
  }

  /** Of all epochs that are left, in ms. */
  most(session) {
    return this.epochMillis(session) * (session.maxEpochs - session.epoch);
  }

  left(session) {
    const silent = this.state.now() - session.at;
    const most = this.most(session);
    if (!known(most)) return "–";
    const one = this.epochMillis(session);
    const rest = (millis) => rough(Math.max(0, millis - Math.min(silent, millis)));
    const about = session.learner.typicalEpochs - session.epoch;
    if (silent > 20 * one + 60000) return "no news for " + rough(silent);
    return (about > 0 && about * one < most ? "about " + rest(about * one) + ", " : "") + "≤ " + rest(most);
  }

  policyColumns() {
    return [
      { name: "learner", cell: (cell, l) => this.name(cell, l), value: (l) => l.id },
      { name: "policy", text: (l) => l.decision.waiting, value: (l) => l.decision.waiting },
      { name: "holds", number: true, text: (l) => whole(held(l.decision).chunks), value: (l) => held(l.decision).chunks, help: "chunks that wait for the next session" },
      { name: "examples", number: true, text: (l) => whole(held(l.decision).examples), value: (l) => held(l.decision).examples, help: "in those chunks" },
      { name: "decided", cell: (cell, l) => decided(cell, l.decision), value: (l) => String(l.decision.train) },
      { name: "why", words: true, text: (l) => why(l.decision) },
    ];
  }

  snapshotColumns() {
    return [
      { name: "learner", cell: (cell, l) => this.name(cell, l), value: (l) => l.id },
      { name: "version", number: true, text: (l) => String(l.snapshot.version), value: (l) => l.snapshot.version, help: "the arrival after which it is the newest" },
      { name: "age", number: true, text: (l) => rough(this.state.now() - l.snapshot.at), value: (l) => -l.snapshot.at },
      { name: "lag", number: true, text: (l) => whole(this.state.lag(l)), value: (l) => this.state.lag(l), help: "arrivals since then" },
      { name: "validation", number: true, text: (l) => percent(l.snapshot.accuracy), value: (l) => l.snapshot.accuracy },
      { name: "from chunks", text: (l) => shortened(ranges(l.snapshot.lineage.map((c) => c.chunk))) },
      { name: "lineage", cell: (cell, l) => this.more(cell, l) },
    ];
  }

  more(cell, learner) {
    const text = "show " + whole(learner.snapshots);
    if (!cell.firstChild) {
      const button = element("button", "", "plain");
      button.type = "button";
      button.addEventListener("click", () => this.open(cell.learner));
      cell.append(button);
    }
    cell.learner = learner;
    const button = cell.firstChild;
    if (button.textContent !== text) {
      button.textContent = text;
      button.setAttribute("aria-label", "Show the lineage of " + whole(learner.snapshots) + " snapshots of " + learner.id);
    }
  }

  async open(learner) {
    $("lineage-title").textContent = "Snapshots of " + learner.id;
    $("lineage-note").textContent = "Loading.";
    this.lineage.update([]);
    $("lineage").showModal();
    const query = new URLSearchParams({ run: this.state.run.id, learner: learner.id });
    try {
      const answer = await fetch("api/snapshots?" + query);
      const found = await answer.json();
      if (!answer.ok) throw new Error(found.error);
      const kept = found.length < learner.snapshots ? "the newest " + found.length + " of " + learner.snapshots : found.length;
      $("lineage-note").textContent = kept + ", newest first. Each was trained on the chunks named here, on top of what the one before knew.";
      this.lineage.update(found);
    } catch (failure) {
      $("lineage-note").textContent = "They cannot be loaded: " + failure.message;
    }
  }
}

function epochs(cell, session) {
  if (!cell.firstChild) cell.append(document.createElement("progress"), document.createTextNode(""));
  const [bar, text] = cell.childNodes;
  bar.max = session.maxEpochs;
  bar.value = session.epoch;
  bar.setAttribute("aria-label", "epochs of " + session.learner.id);
  const words = " " + session.epoch + "/" + session.maxEpochs;
  if (text.data !== words) text.data = words;
}

/** What waits after a decision: one to train takes all that is buffered. */
const held = (decision) => (decision.train ? { chunks: 0, examples: 0 } : decision);

function decided(cell, decision) {
  const words = (decision.train ? "train" : "hold") + (decision.timer ? " after " : " at ") + decision.arrival;
  once(cell, words, () => {
    const tag = element("span", words, "tag");
    tag.dataset.kind = decision.train ? "train" : "hold";
    return tag;
  });
}

function why(decision) {
  const figures = Object.entries(decision.figures).sort(([a], [b]) => a.localeCompare(b)).map(([name, value]) => name + " " + figure(value));
  return decision.reason + (figures.length ? " (" + figures.join(", ") + ")" : "");
}

const shortened = (text) => (text.length <= 24 ? text : text.slice(0, 23) + "…");

function letterColumns() {
  return [
    { name: "time", text: (l) => clock(l.at), value: (l) => l.at },
    { name: "reason", text: (l) => l.reason.toLowerCase().replaceAll("_", " "), value: (l) => l.reason },
    { name: "chunk", number: true, text: (l) => (l.chunk < 0 ? "–" : String(l.chunk)), value: (l) => l.chunk },
    { name: "from", text: (l) => (l.offset < 0 ? l.topic : l.topic + "-" + l.partition + "@" + l.offset) },
    { name: "detail", words: true, text: (l) => l.detail },
  ];
}

function lineageColumns() {
  return [
    { name: "version", number: true, text: (s) => String(s.version), value: (s) => s.version },
    { name: "stored", text: (s) => clock(s.at), value: (s) => s.at },
    { name: "session", number: true, text: (s) => String(s.session), value: (s) => s.session },
    { name: "validation", number: true, text: (s) => percent(s.accuracy), value: (s) => s.accuracy },
    { name: "chunks (topic partition @ offsets)", words: true, text: (s) => s.lineage.map(chunk).join("; ") },
    { name: "size", number: true, text: (s) => bytes(s.bytes), value: (s) => s.bytes },
    { name: "model files (SHA-256)", words: true, text: (s) => s.files.map((f) => f.path + " (" + f.sha256.slice(0, 12) + "…)").join("; ") },
  ];
}

function chunk(one) {
  return one.chunk + " (" + one.partition + " @ " + one.firstOffset + "–" + one.lastOffset + ", " + one.examples + " examples" + (one.missing ? ", " + one.missing + " slices missing" : "") + ")";
}
