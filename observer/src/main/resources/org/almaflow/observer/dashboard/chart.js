// The curves: one canvas for all learners.
import uPlot from "./uplot.js";
import { count, decimal, percent, rough } from "./format.js";
import { colour, GREY, paintMarker, swatch } from "./look.js";

/** What the curves can show. */
export const MEASURES = {
  error: { label: "Error", meaning: "Share of the holdout that the newest model after each arrival gets wrong.", text: percent, axis: (v) => Number((100 * v).toPrecision(3)) + " %" },
  cer: { label: "CER", meaning: "Cumulative error rate: the errors after arrivals 1, 2, … added up.", text: decimal, axis: (v) => String(Number(v.toPrecision(4))) },
  loss: { label: "Loss", meaning: "Mean cross-entropy on the holdout, in nats.", text: decimal, axis: (v) => String(Number(v.toPrecision(4))) },
  macs: { label: "MACs", meaning: "Multiply-accumulates so far: forward, backward, validation and growth scans.", text: count, axis: count },
  lag: { label: "Delay", meaning: "Time from an arrival until the model after it was available.", text: (v) => rough(v), axis: (v) => rough(v) },
};

const LABELS_FROM = 520;
const TIP_ROWS = 10;

/** 1, 2, 5, 10, … where there is room for them, else powers of ten. */
function logSplits(min, max) {
  const steps = max / min > 3000 ? [1] : max / min > 200 ? [1, 3] : max / min > 4 ? [1, 2, 5] : [1, 1.5, 2, 2.5, 3, 4, 5, 6, 7, 8, 9];
  const splits = [];
  for (let power = Math.floor(Math.log10(min)); power <= Math.ceil(Math.log10(max)); power++) {
    for (const step of steps) {
      const value = Number((step * 10 ** power).toPrecision(2));
      if (value >= min && value <= max) splits.push(value);
    }
  }
  return splits;
}

export class Chart {
  /**
   * A chart that fills an element.
   *
   * @param {(text: string) => void} say tells people who do not see it what the arrow keys find
   */
  constructor(element, cast, say) {
    this.element = element;
    this.cast = cast;
    this.say = say;
    this.measure = "error";
    this.logs = { error: true, loss: true };
    this.others = true;
    this.plot = null;
    this.order = [];
    this.data = [[]];
    this.rows = [];
    this.tip = document.createElement("div");
    this.tip.className = "tip";
    this.tip.hidden = true;
    this.index = null;
    this.zoomed = false;
    this.state = null;
    new ResizeObserver(() => this.resize()).observe(element);
    element.addEventListener("keydown", (event) => this.key(event));
    element.addEventListener("blur", () => this.leave());
  }

  /** Whether values are on a logarithmic scale. */
  get log() {
    return this.logs[this.measure] === true;
  }

  /** Shows what the state has now. */
  update(state) {
    this.state = state;
    this.order = [...state.learners.filter((l) => !this.cast.stands(l.id)), ...state.learners.filter((l) => this.cast.stands(l.id))];
    this.readColours();
    this.fill();
    const shape = this.order.length + this.measure + this.log;
    if (!this.plot || this.shape !== shape) this.build(shape);
    this.style();
    const range = this.zoomed ? { min: this.plot.scales.x.min, max: this.plot.scales.x.max } : null;
    this.plot.batch(() => {
      this.plot.setData(this.data, !this.zoomed);
      if (range) this.plot.setScale("x", range);
    });
    this.describe();
    if (this.index !== null && this.index < this.data[0].length) this.showTip(this.index);
  }

  readColours() {
    this.ink = colour("--ink");
    this.muted = colour("--muted");
    this.grid = colour("--grid");
    this.paper = colour("--paper");
    this.looks = this.order.map((learner) => {
      const of = this.cast.look(learner.id);
      return { ...of, grey: of === GREY, stroke: colour(of.colour) };
    });
  }

  /**
   * One row of values for each learner over the arrivals that any of them has, NaN where it has none. The rows' memory
   * is used again: made anew for each message, a hundred thousand numbers are most of what the page holds.
   */
  fill() {
    const { run } = this.state;
    const stride = run.stride;
    const newest = this.order.map((l) => l.newest("arrival")).filter((a) => a >= 0);
    const last = newest.length ? Math.max(...newest) : 0;
    const off = [...new Set(newest.filter((a) => a % stride !== 0))].sort((a, b) => a - b);
    const xs = [];
    for (let a = 0, o = 0; a <= last || o < off.length; a += stride) {
      while (o < off.length && off[o] < a) xs.push(off[o++]);
      if (a <= last) xs.push(a);
    }
    const place = (arrival) => {
      let before = 0;
      while (before < off.length && off[before] < arrival) before++;
      return before + Math.ceil(arrival / stride);
    };
    const rows = this.order.map((learner, i) => this.row(learner, this.reserve(i, xs.length), place));
    this.data = [xs, ...rows];
  }

  reserve(i, length) {
    if (!this.rows[i] || this.rows[i].length < length) this.rows[i] = new Float64Array(2 * length);
    return this.rows[i].subarray(0, length).fill(NaN);
  }

  row(learner, values, place) {
    const arrivals = learner.columns.arrival;
    const column = learner.columns[this.measure];
    const zero = this.measure === "error" || this.measure === "loss";
    for (let i = 0; i < learner.size; i++) {
      const value = column[i];
      if (Number.isNaN(value) || (arrivals[i] === 0 && !zero) || (this.log && value <= 0)) continue;
      values[place(arrivals[i])] = value;
    }
    return values;
  }

  build(shape) {
    if (this.plot) this.plot.destroy();
    this.shape = shape;
    this.zoomed = false;
    const measure = MEASURES[this.measure];
    const axis = { stroke: () => this.muted, grid: { stroke: () => this.grid, width: 1 }, ticks: { stroke: () => this.grid, width: 1, size: 5 }, font: "12px system-ui, sans-serif" };
    this.plot = new uPlot(
      {
        ...this.size(),
        legend: { show: false },
        padding: [12, () => (this.labelled() ? this.labelWidth() : 14), null, null],
        cursor: { drag: { x: true, y: false, uni: 20 }, points: { show: false }, x: true, y: false },
        scales: { x: { time: false }, y: { distr: this.log ? 3 : 1, range: (u, min, max) => (this.log ? this.logRange(min, max) : this.range(min, max)) } },
        axes: [
          { ...axis, label: "arrival", labelSize: 20, labelFont: "12px system-ui, sans-serif", size: 34, incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1e3, 2e3, 5e3, 1e4, 2e4, 5e4, 1e5, 1e6, 1e7] },
          { ...axis, size: 62, ...(this.log ? { splits: (u) => logSplits(u.scales.y.min, u.scales.y.max), filter: (u, splits) => splits } : {}), values: (u, splits) => splits.map((v) => (v === null ? "" : measure.axis(v))) },
        ],
        series: [{}, ...this.order.map((_, i) => ({ stroke: () => this.looks[i]?.stroke, points: { show: false }, paths: () => null }))],
        hooks: {
          draw: [(u) => { this.drawLines(u); this.drawEnds(u); }],
          setCursor: [(u) => this.cursorMoved(u)],
          setSelect: [(u) => { if (u.select.width > 0) this.zoomed = true; }],
        },
      },
      this.data,
      this.element,
    );
    this.element.append(this.tip);
    this.plot.over.addEventListener("dblclick", () => { this.zoomed = false; });
    this.plot.over.addEventListener("mouseleave", () => this.leave());
  }

  range(min, max) {
    if (min === null || max === null || min === undefined) return [0, 1];
    const room = (max - min) * 0.06 || Math.abs(max) * 0.1 || 1;
    return [Math.max(0, min - room), max + room];
  }

  logRange(min, max) {
    if (min === null || max === null || min === undefined) return [0.01, 1];
    return [min / 1.15, max * 1.15];
  }

  /** Hides what is not to be seen; how the rest looks is found when it is drawn. */
  style() {
    for (let i = 0; i < this.order.length; i++) this.plot.series[i + 1].show = !this.looks[i].grey || this.others;
  }

  /**
   * The curves themselves. Not as Path2D objects, as uPlot would: a browser holds their points outside of
   * the heap that its collector goes by, and they come to a gigabyte when they are made four times a second.
   */
  drawLines(u) {
    const context = u.ctx;
    const ratio = devicePixelRatio || 1;
    const { left, top, width, height } = u.bbox;
    context.save();
    context.beginPath();
    context.rect(left, top, width, height);
    context.clip();
    context.lineJoin = "round";
    for (let i = 0; i < this.order.length; i++) {
      if (!u.series[i + 1].show) continue;
      const of = this.looks[i];
      context.strokeStyle = of.stroke;
      context.lineWidth = (of.grey ? 1 : 2) * ratio;
      context.globalAlpha = of.grey ? 0.75 : 1;
      context.setLineDash(of.dash.map((length) => length * ratio));
      this.drawLine(u, context, this.data[i + 1]);
    }
    context.restore();
  }

  drawLine(u, context, values) {
    const xs = this.data[0];
    const { left, top, width, height } = u.bbox;
    const { min: x0, max: x1 } = u.scales.x;
    const place = this.log ? Math.log10 : (value) => value;
    const y0 = place(u.scales.y.min);
    const y1 = place(u.scales.y.max);
    context.beginPath();
    for (let at = 0; at < xs.length; at++) {
      if (Number.isNaN(values[at]) || xs[at + 1] < x0) continue;
      context.lineTo(left + ((xs[at] - x0) / (x1 - x0)) * width, top + ((y1 - place(values[at])) / (y1 - y0)) * height);
      if (xs[at] > x1) break;
    }
    context.stroke();
  }

  size() {
    return { width: Math.max(200, this.element.clientWidth), height: Math.max(160, this.element.clientHeight) };
  }

  resize() {
    if (this.plot) this.plot.setSize(this.size());
  }

  labelled() {
    return this.element.clientWidth >= LABELS_FROM && this.cast.slots.size > 0;
  }

  labelWidth() {
    const longest = Math.max(...this.order.filter((_, i) => !this.looks[i].grey).map((l) => l.id.length), 1);
    return Math.min(150, 26 + 7 * Math.min(longest, 18));
  }

  /** Markers where the curves end now, and names beside them that do not lie on each other. */
  drawEnds(u) {
    const context = u.ctx;
    const ratio = devicePixelRatio || 1;
    const ends = [];
    for (let i = 0; i < this.order.length; i++) {
      if (this.looks[i].grey) continue;
      const end = this.end(u, i);
      if (end) ends.push({ ...end, i, label: end.y });
    }
    context.save();
    for (const end of ends) {
      context.fillStyle = this.looks[end.i].stroke;
      paintMarker(context, this.looks[end.i].marker, end.x, end.y, 4 * ratio);
    }
    if (this.labelled()) this.drawNames(u, context, ends, ratio);
    context.restore();
  }

  end(u, i) {
    const { min, max } = u.scales.x;
    const values = this.data[i + 1];
    for (let at = values.length - 1; at >= 0; at--) {
      if (Number.isNaN(values[at]) || this.data[0][at] > max) continue;
      if (this.data[0][at] < min) return null;
      return { x: u.valToPos(this.data[0][at], "x", true), y: u.valToPos(values[at], "y", true) };
    }
    return null;
  }

  drawNames(u, context, ends, ratio) {
    const line = 14 * ratio;
    const { top, height, left, width } = u.bbox;
    ends.sort((a, b) => a.y - b.y);
    const room = Math.floor(height / line);
    const named = ends.slice(0, room);
    for (let pass = 0, floor = top - line / 2; pass < named.length; pass++) {
      named[pass].label = Math.max(named[pass].y, floor + line);
      floor = named[pass].label;
    }
    for (let pass = named.length - 1, ceiling = top + height + line; pass >= 0; pass--) {
      named[pass].label = Math.min(named[pass].label, ceiling - line);
      ceiling = named[pass].label;
    }
    context.font = 12 * ratio + "px system-ui, sans-serif";
    context.textBaseline = "middle";
    context.textAlign = "left";
    for (const end of named) {
      const id = this.order[end.i].id;
      context.fillStyle = this.looks[end.i].stroke;
      const x = left + width + 8 * ratio;
      context.fillText(id.length > 18 ? id.slice(0, 17) + "…" : id, x + 6 * ratio, end.label);
      context.strokeStyle = this.looks[end.i].stroke;
      context.lineWidth = ratio;
      context.globalAlpha = 0.5;
      context.beginPath();
      context.moveTo(end.x + 5 * ratio, end.y);
      context.lineTo(x + 3 * ratio, end.label);
      context.stroke();
      context.globalAlpha = 1;
    }
  }

  cursorMoved(u) {
    const { idx, left } = u.cursor;
    if (idx === null || idx === undefined || left < 0) return;
    this.index = idx;
    this.showTip(idx);
  }

  leave() {
    this.index = null;
    this.tip.hidden = true;
    if (this.plot) this.plot.setCursor({ left: -10, top: -10 }, false);
  }

  /** Values of the learners that stand out at one arrival, the least first. */
  values(index) {
    return this.order
      .map((learner, i) => ({ learner, grey: this.looks[i].grey, value: this.data[i + 1][index] }))
      .filter((row) => !row.grey && Number.isFinite(row.value))
      .sort((a, b) => a.value - b.value);
  }

  showTip(index) {
    const rows = this.values(index);
    const title = document.createElement("b");
    title.textContent = "Arrival " + this.data[0][index];
    this.tip.replaceChildren(title, ...rows.slice(0, TIP_ROWS).map((row) => this.tipRow(row)));
    if (rows.length > TIP_ROWS) {
      const more = document.createElement("span");
      more.textContent = rows.length - TIP_ROWS + " more";
      this.tip.append(more);
    }
    this.tip.hidden = false;
    const x = this.plot.valToPos(this.data[0][index], "x") + this.plot.bbox.left / devicePixelRatio;
    const half = this.element.clientWidth / 2;
    this.tip.style.left = x < half ? x + 14 + "px" : "";
    this.tip.style.right = x < half ? "" : this.element.clientWidth - x + 14 + "px";
  }

  tipRow(row) {
    const line = document.createElement("span");
    const name = document.createElement("i");
    name.textContent = row.learner.id;
    const value = document.createElement("span");
    value.textContent = MEASURES[this.measure].text(row.value);
    line.append(swatch(this.cast.look(row.learner.id)), name, value);
    return line;
  }

  key(event) {
    if (!this.plot || this.data[0].length === 0 || event.ctrlKey || event.metaKey || event.altKey) return;
    const last = this.data[0].length - 1;
    const from = this.index === null ? last : this.index;
    const step = event.shiftKey ? 10 : 1;
    const to = { ArrowLeft: from - step, ArrowRight: from + step, Home: 0, End: last }[event.key];
    if (to !== undefined) this.moveTo(this.index === null && event.key.startsWith("Arrow") ? last : Math.max(0, Math.min(last, to)));
    else if (event.key === "+" || event.key === "=") this.zoom(0.5);
    else if (event.key === "-") this.zoom(2);
    else if (event.key === "0") this.showAll();
    else if (event.key === "Escape") this.leave();
    else return;
    event.preventDefault();
  }

  moveTo(index) {
    this.index = index;
    this.plot.setCursor({ left: this.plot.valToPos(this.data[0][index], "x"), top: 0 }, false);
    this.showTip(index);
    const rows = this.values(index).slice(0, 5).map((row) => row.learner.id + " " + MEASURES[this.measure].text(row.value));
    this.say("Arrival " + this.data[0][index] + ": " + (rows.join(", ") || "no values"));
  }

  zoom(factor) {
    const { min, max } = this.plot.scales.x;
    const xs = this.data[0];
    const middle = this.index === null ? (min + max) / 2 : xs[this.index];
    const half = Math.max(2, ((max - min) * factor) / 2);
    if (2 * half >= xs[xs.length - 1] - xs[0]) {
      this.showAll();
      return;
    }
    this.zoomed = true;
    this.plot.setScale("x", { min: Math.max(xs[0], middle - half), max: Math.min(xs[xs.length - 1], middle + half) });
  }

  showAll() {
    this.zoomed = false;
    this.plot.setData(this.data, true);
  }

  /** The chart in one sentence, for those who do not see it. */
  describe() {
    const best = this.state.ranked()[0];
    const text = MEASURES[this.measure].label + " of " + this.order.length + " learners over " + this.state.run.arrival + " arrivals." +
      (best && Number.isFinite(best.mean) ? " Lowest mean error: " + best.id + ", now " + percent(best.newest("error")) + "." : "") +
      " The table below has the values.";
    if (this.element.getAttribute("aria-label") !== text) this.element.setAttribute("aria-label", text);
  }
}
