// Starts the page: one stream of events in, everything that is shown out.
import { Cards } from "./cards.js";
import { Chart, MEASURES } from "./chart.js";
import { count, day, decimal, errorText, measured, rough } from "./format.js";
import { Legend } from "./legend.js";
import { Cast } from "./look.js";
import { State } from "./state.js";
import { LiveTable, text } from "./table.js";
import { theme } from "./theme.js";

const SUMMARY_MILLIS = 20000;
const TABLE_ROWS = 60;
const RESTS = 19;
const MOST_REST_MILLIS = 1000;
const $ = (id) => document.getElementById(id);

const state = new State();
const cast = new Cast();
const chart = new Chart($("chart"), cast, announce);
const cards = new Cards(cast);
const legend = new Legend(
  { list: $("legend"), search: $("search"), best: $("best"), all: $("all"), none: $("none"), others: $("others"), matches: $("matches") },
  cast, chart, () => { cast.update(state, performance.now(), 0); render(); },
);

let events = null;
let seen = "";
let offline = false;
let waiting = false;
let restsUntil = 0;
let summedAt = 0;
let lost = false;
let drawn = false;

/* What is shown */

/** Shows the news soon, but spends a twentieth of the time on it, or more where that would leave old news for longer than a second. */
function schedule() {
  if (waiting || document.hidden) return;
  waiting = true;
  setTimeout(() => requestAnimationFrame(showNews), restsUntil - performance.now());
}

function showNews() {
  waiting = false;
  const begin = performance.now();
  render();
  const end = performance.now();
  restsUntil = end + Math.min(RESTS * (end - begin), MOST_REST_MILLIS);
}

function render() {
  showStatus();
  showRuns();
  $("empty").hidden = state.run !== null;
  $("shown").hidden = state.run === null;
  if (state.run === null) {
    showEmpty();
    return;
  }
  cast.update(state, performance.now());
  showTiles();
  chart.update(state);
  legend.update(state, performance.now());
  cards.update(state);
  if ($("numbers").open) showNumbers();
  summarise();
  if (!drawn) performance.mark("almaflow-drawn");
  drawn = true;
  document.title = state.run.experiment + ": arrival " + state.run.arrival + (state.run.chunks ? "/" + state.run.chunks : "");
}

const WORDS = { connecting: "waiting for Kafka", reading: "reading the topics", live: "live", lost: "Kafka is gone", offline: "dashboard is gone" };

function showStatus() {
  const now = offline ? "offline" : state.status.state;
  $("status").dataset.state = now;
  $("status").title = state.status.message;
  text($("status").querySelector(".text"), WORDS[now]);
  const gone = offline ? "The dashboard's server does not answer; this page tries again by itself." : now === "lost" ? sentence(state.status.message) : "";
  text($("banner"), gone);
  $("banner").hidden = gone === "";
  if (lost && gone === "" && now === "live") announce("Connected again.");
  lost = gone !== "";
}

function sentence(words) {
  return words.charAt(0).toUpperCase() + words.slice(1) + (words.endsWith(".") ? "" : ".");
}

function showRuns() {
  const select = $("runs");
  const shown = JSON.stringify([state.runs, wanted()]);
  if (select.shown === shown) return;
  select.shown = shown;
  const newest = new Option(state.runs.length ? "newest: " + named(state.runs[0]) : "none yet", "");
  select.replaceChildren(newest, ...state.runs.map((run) => new Option(named(run), run.id)));
  if (wanted() && !state.runs.some((run) => run.id === wanted())) select.append(new Option(wanted() + " (not in the topics)", wanted()));
  select.value = wanted();
}

const named = (run) => (run.id.startsWith(run.experiment) ? "" : run.experiment + " · ") + run.id + " · " + day(run.startedAt);

function showEmpty() {
  const absent = wanted() && state.messages > 0 && state.status.state !== "connecting";
  const words = state.messages === 0 ? "Connecting to the dashboard." : absent ? "The topics have no run '" + wanted() + "'; choose another one above." : state.status.state === "live" ? "This dashboard is " + state.status.message + ", and its topics have no run yet." : sentence(state.status.message);
  text($("why"), words);
  $("how").hidden = state.messages === 0 || state.status.state !== "live";
}

/** Names depend on what learners are measured by, which the first evaluation tells. */
function showMeasures() {
  [...$("measures").querySelectorAll("span")].forEach((name, at) => text(name, Object.values(MEASURES)[at].label));
  text($("meaning"), MEASURES[chart.measure].meaning);
  text($("terms"), measured("CER is the sum of the errors", "The sum is that of the cross-entropies") + " after each arrival; lag counts the arrivals that the newest model has not seen.");
}

function showTiles() {
  showMeasures();
  const { run } = state;
  const ranked = state.ranked();
  const best = ranked[0];
  const least = [...state.learners].filter((l) => Number.isFinite(l.newest("error"))).sort((a, b) => a.newest("error") - b.newest("error"))[0];
  const trainings = state.learners.filter((l) => l.training.length > 0).length;
  const done = state.learners.map((l) => Math.max(0, l.newest("arrival") || 0));
  const slowest = done.length ? Math.min(...done) : 0;
  const macs = state.learners.reduce((sum, l) => sum + (l.totals ? l.totals.macs : 0), 0);
  const lags = state.learners.map((l) => state.lag(l));
  tile("arrivals", "Arrivals", run.arrival + (run.chunks ? " / " + run.chunks : ""), run.complete ? "complete" : "by all: " + slowest, run.chunks ? slowest / run.chunks : null);
  tile("best", measured("Lowest CER", "Lowest sum"), best && best.size ? decimal(best.newest("cer")) : "–", best ? best.id : "");
  tile("least", measured("Lowest error now", "Lowest cross-entropy now"), least ? errorText(least.newest("error")) : "–", least ? least.id : "");
  tile("training", "Training now", String(trainings), state.learners.length === 1 ? "of 1 learner" : "of " + state.learners.length + " learners");
  tile("lag", "Largest lag", lags.length ? String(Math.max(...lags)) : "–", "arrivals behind");
  tile("macs", "Compute so far", count(macs), "MACs, all learners");
  tile("letters", "Dead letters", String(state.letters ? state.letters.total : 0), "of stream " + run.stream + (state.letters?.others > 0 ? ", others: " + state.letters.others : ""));
  tile("news", "Newest event", rough(state.now() - run.newestAt), run.complete ? "ago, the last" : "ago");
}

function tile(id, name, value, note, share) {
  let box = $("tile-" + id);
  if (!box) {
    box = document.createElement("div");
    box.id = "tile-" + id;
    box.innerHTML = "<dt></dt><dd><div class=value></div><div class=note></div><progress max=1 hidden></progress></dd>";
    $("tiles").append(box);
  }
  text(box.querySelector("dt"), name);
  text(box.querySelector(".value"), value);
  text(box.querySelector(".note"), note);
  box.querySelector(".note").title = note;
  const bar = box.querySelector("progress");
  bar.hidden = share === null || share === undefined;
  if (!bar.hidden) bar.value = share;
  bar.setAttribute("aria-label", name);
}

/** The curves of the learners that stand out, as a table; long ones by every so many arrivals. */
function showNumbers() {
  const xs = chart.data[0];
  const step = Math.max(1, Math.ceil(xs.length / TABLE_ROWS));
  const places = xs.map((_, i) => i).filter((i) => (xs.length - 1 - i) % step === 0).reverse();
  const standing = chart.order.map((learner, i) => ({ learner, values: chart.data[i + 1] })).filter(({ learner }) => cast.stands(learner.id));
  const shape = chart.measure + standing.map(({ learner }) => learner.id).join("|");
  if (showNumbers.shape !== shape) {
    showNumbers.shape = shape;
    const columns = [{ name: "arrival", text: (i) => String(chart.data[0][i]) }, ...standing.map(({ learner }, at) => ({ name: learner.id, number: true, text: (i) => MEASURES[chart.measure].text(showNumbers.standing[at].values[i]) }))];
    showNumbers.table = new LiveTable($("numbers-table"), MEASURES[chart.measure].label + " of the learners that stand out", columns, (i) => chart.data[0][i]);
  }
  showNumbers.standing = standing;
  showNumbers.table.update(places);
}

/* What is said */

function announce(words) {
  text($("announcer"), words);
}

function summarise() {
  const now = performance.now();
  if (now - summedAt < SUMMARY_MILLIS || document.activeElement === $("chart")) return;
  summedAt = now;
  const best = state.ranked()[0];
  const trainings = state.learners.filter((l) => l.training.length > 0).length;
  announce("Arrival " + state.run.arrival + (state.run.chunks ? " of " + state.run.chunks : "") + ". " +
    (best && best.size ? measured("Lowest CER ", "Lowest sum ") + decimal(best.newest("cer")) + ", " + best.id + ". " : "") +
    (trainings === 1 ? "1 session" : trainings + " sessions") + " in progress.");
}

/* What comes in */

const wanted = () => new URLSearchParams(location.search).get("run") || "";

/** Opens the stream where it was left; a browser has six connections to a server, so only pages that are seen hold one. */
function connect() {
  if (events) events.close();
  const query = new URLSearchParams();
  if (wanted()) query.set("run", wanted());
  if (seen) query.set("since", seen);
  events = new EventSource("events?" + query);
  events.addEventListener("board", (event) => {
    offline = false;
    seen = event.lastEventId;
    state.apply(JSON.parse(event.data));
    schedule();
  });
  events.onopen = () => {
    offline = false;
    schedule();
  };
  events.onerror = () => {
    offline = true;
    schedule();
    if (events.readyState === EventSource.CLOSED) setTimeout(attend, 3000);
  };
}

/** Listens as long as somebody looks. */
function attend() {
  if (document.hidden) events?.close();
  else if (!events || events.readyState === EventSource.CLOSED) connect();
  schedule();
}

/** Begins anew, with the run that the address names. */
function restart() {
  state.forget();
  restsUntil = 0;
  seen = "";
  connect();
  schedule();
}

/* What people do */

function choices() {
  const fieldset = $("measures");
  for (const [name, measure] of Object.entries(MEASURES)) {
    const label = document.createElement("label");
    const radio = document.createElement("input");
    radio.type = "radio";
    radio.name = "measure";
    radio.value = name;
    radio.checked = name === chart.measure;
    radio.addEventListener("change", () => {
      chart.measure = name;
      text($("meaning"), measure.meaning);
      $("log").checked = chart.log;
      render();
    });
    label.append(radio, document.createElement("span"));
    fieldset.append(label);
  }
  showMeasures();
  $("log").checked = chart.log;
}

choices();
theme($("theme"), () => { if (state.run) chart.update(state); });
$("log").addEventListener("change", () => { chart.logs[chart.measure] = $("log").checked; render(); });
$("numbers").addEventListener("toggle", () => { if (state.run) render(); });
$("runs").addEventListener("change", () => {
  const url = new URL(location);
  if ($("runs").value) url.searchParams.set("run", $("runs").value);
  else url.searchParams.delete("run");
  history.pushState(null, "", url);
  cast.choose(null);
  restart();
});
addEventListener("popstate", restart);
document.addEventListener("visibilitychange", attend);
addEventListener("pagehide", () => events.close());
addEventListener("pageshow", attend);
setInterval(schedule, 1000);
attend();

/** For tests: everything that is known now. */
window.almaflow = { state, chart, cast };
