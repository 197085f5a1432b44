// How learners are told apart: by colour, dashes and marker, so that no two depend on colour alone.

export const DISTINCT = 7;
const DASHES = [[], [7, 3], [2, 3], [9, 3, 2, 3], [4, 2], [12, 4], [6, 2, 2, 2, 2, 2]];
const SVG = "http://www.w3.org/2000/svg";

/** Points of a marker around 0, 0; the first one is a circle. */
const MARKERS = [
  null,
  [[-1, -1], [1, -1], [1, 1], [-1, 1]],
  [[0, -1.2], [1.2, 1], [-1.2, 1]],
  [[0, -1.4], [1.4, 0], [0, 1.4], [-1.4, 0]],
  [[0, 1.2], [1.2, -1], [-1.2, -1]],
  [[-0.6, -1], [0.6, -1], [1.3, 1], [-1.3, 1]],
  [[-0.4, -1.3], [0.4, -1.3], [0.4, -0.4], [1.3, -0.4], [1.3, 0.4], [0.4, 0.4], [0.4, 1.3], [-0.4, 1.3], [-0.4, 0.4], [-1.3, 0.4], [-1.3, -0.4], [-0.4, -0.4]],
];

/** The look of a slot; from the eighth on colours come again with other dashes and markers. */
export function look(slot) {
  const round = Math.floor(slot / DISTINCT);
  return {
    colour: "--series-" + ((slot % DISTINCT) + 1),
    dash: DASHES[(slot + round) % DISTINCT],
    marker: MARKERS[(slot + 2 * round) % DISTINCT],
  };
}

export const GREY = { colour: "--others", dash: [], marker: null };

/** Value of a colour of the style sheet, which differs between light and dark. */
export function colour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

/** Draws a marker on a canvas in the fill colour that is set. */
export function paintMarker(context, marker, x, y, radius) {
  context.beginPath();
  if (marker === null) context.arc(x, y, radius, 0, 2 * Math.PI);
  else for (const [dx, dy] of marker) context.lineTo(x + radius * dx, y + radius * dy);
  context.closePath();
  context.fill();
}

/** A piece of the learner's line, for legends and tables. */
export function swatch(of) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", "swatch");
  svg.setAttribute("viewBox", "0 0 36 16");
  svg.setAttribute("aria-hidden", "true");
  const line = document.createElementNS(SVG, "line");
  for (const [name, value] of Object.entries({ x1: 1, x2: 35, y1: 8, y2: 8, "stroke-width": of === GREY ? 1.5 : 2.2 })) line.setAttribute(name, value);
  line.style.stroke = "var(" + of.colour + ")";
  if (of.dash.length) line.setAttribute("stroke-dasharray", of.dash.join(" "));
  svg.append(line);
  if (of !== GREY) svg.append(shape(of));
  return svg;
}

function shape(of) {
  const made = document.createElementNS(SVG, of.marker === null ? "circle" : "polygon");
  if (of.marker === null) for (const [name, value] of Object.entries({ cx: 18, cy: 8, r: 4.2 })) made.setAttribute(name, value);
  else made.setAttribute("points", of.marker.map(([x, y]) => 18 + 4.2 * x + "," + (8 + 4.2 * y)).join(" "));
  made.style.fill = "var(" + of.colour + ")";
  return made;
}

/**
 * Which learners stand out, and how each looks. A learner keeps its look as long as it stands out; the
 * best are chosen anew only now and then, so that colours do not flicker.
 */
export class Cast {
  constructor() {
    this.chosen = null;
    this.slots = new Map();
    this.at = -Infinity;
  }

  /** Chooses by hand; null: the best again. */
  choose(ids) {
    this.chosen = ids === null ? null : new Set(ids);
    this.at = -Infinity;
  }

  /** Brings the looks up to date; at most every so many ms where nobody has chosen. */
  update(state, now, pause = 5000) {
    const wanted = this.wanted(state);
    const fits = [...this.slots.keys()].every((id) => state.learners.some((l) => l.id === id)) && (this.slots.size >= Math.min(DISTINCT, state.learners.length) || this.chosen !== null);
    if (fits && now - this.at < pause) return;
    this.at = now;
    for (const id of [...this.slots.keys()]) if (!wanted.includes(id)) this.slots.delete(id);
    const taken = new Set(this.slots.values());
    for (const id of wanted) {
      if (this.slots.has(id)) continue;
      let slot = 0;
      while (taken.has(slot)) slot++;
      taken.add(slot);
      this.slots.set(id, slot);
    }
  }

  wanted(state) {
    if (this.chosen !== null) return state.named().filter((l) => this.chosen.has(l.id)).map((l) => l.id);
    const all = state.learners.length <= DISTINCT ? state.named() : state.ranked().slice(0, DISTINCT);
    return all.map((l) => l.id);
  }

  stands(id) {
    return this.slots.has(id);
  }

  look(id) {
    return this.slots.has(id) ? look(this.slots.get(id)) : GREY;
  }
}
