// The list of learners beside the chart: what stands out is ticked, and what is searched for is shown.
import { DISTINCT, swatch } from "./look.js";
import { MEASURES } from "./chart.js";
import { text } from "./table.js";

const REORDER_MILLIS = 5000;

export class Legend {
  /**
   * The legend.
   *
   * @param {() => void} changed is called when somebody has chosen
   */
  constructor(elements, cast, chart, changed) {
    Object.assign(this, elements);
    this.cast = cast;
    this.chart = chart;
    this.changed = changed;
    this.items = new Map();
    this.orderedAt = -Infinity;
    this.state = null;
    this.search.addEventListener("input", () => this.filter());
    this.best.addEventListener("click", () => this.choose(null));
    this.all.addEventListener("click", () => this.choose(this.found().map((l) => l.id)));
    this.none.addEventListener("click", () => this.choose([]));
    this.others.addEventListener("change", () => {
      this.chart.others = this.others.checked;
      this.changed();
    });
  }

  choose(ids) {
    this.cast.choose(ids);
    this.orderedAt = -Infinity;
    this.changed();
  }

  update(state, now) {
    this.state = state;
    this.best.textContent = state.learners.length > DISTINCT ? "Best " + DISTINCT : "All together";
    this.best.hidden = state.learners.length <= DISTINCT && this.cast.chosen === null;
    this.best.setAttribute("aria-pressed", String(this.cast.chosen === null));
    this.others.closest("label").hidden = this.cast.slots.size >= state.learners.length;
    for (const learner of state.learners) this.item(learner);
    for (const [id, item] of this.items) {
      if (state.learners.some((l) => l.id === id)) continue;
      item.row.remove();
      this.items.delete(id);
    }
    const busy = this.list.matches(":hover") || this.list.contains(document.activeElement);
    if (now - this.orderedAt > (busy ? Infinity : REORDER_MILLIS) || this.list.children.length !== state.learners.length) this.order(now);
    this.filter();
  }

  item(learner) {
    let item = this.items.get(learner.id);
    if (!item) this.items.set(learner.id, (item = this.made(learner.id)));
    const look = this.cast.look(learner.id);
    const shown = look.colour + look.dash + (look.marker === null) + look.marker;
    if (item.shown !== shown) {
      item.shown = shown;
      item.row.querySelector("svg").replaceWith(swatch(look));
    }
    const stands = this.cast.stands(learner.id);
    if (item.box.checked !== stands) item.box.checked = stands;
    const figure = MEASURES[this.chart.measure].text(learner.newest(this.chart.measure));
    text(item.figure, figure);
  }

  made(id) {
    const row = document.createElement("li");
    const label = document.createElement("label");
    const box = document.createElement("input");
    box.type = "checkbox";
    box.addEventListener("change", () => this.toggle(id, box.checked));
    const name = document.createElement("span");
    name.className = "name";
    name.textContent = id;
    name.title = id;
    const figure = document.createElement("span");
    figure.className = "figure";
    label.append(box, swatch(this.cast.look(id)), name, figure);
    row.append(label);
    return { row, box, figure, shown: "" };
  }

  toggle(id, on) {
    const ids = new Set(this.cast.slots.keys());
    if (on) ids.add(id);
    else ids.delete(id);
    this.cast.choose(ids);
    this.changed();
  }

  order(now) {
    this.orderedAt = now;
    const ranked = this.state.ranked();
    const first = ranked.filter((l) => this.cast.stands(l.id));
    const rest = ranked.filter((l) => !this.cast.stands(l.id));
    this.list.append(...[...first, ...rest].map((l) => this.items.get(l.id).row));
  }

  found() {
    const word = this.search.value.trim().toLowerCase();
    return this.state.learners.filter((l) => l.id.toLowerCase().includes(word));
  }

  filter() {
    if (!this.state) return;
    const found = new Set(this.found().map((l) => l.id));
    for (const [id, item] of this.items) item.row.hidden = !found.has(id);
    const words = this.search.value.trim() === "" ? "" : found.size + " of " + this.items.size + " learners";
    text(this.matches, words);
  }
}
