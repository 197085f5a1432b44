// Numbers and times for people, as the command line writes them.
const NONE = "–";
const UNITS = ["", " k", " M", " G", " T", " P", " E"];

export const known = (value) => value !== null && value !== undefined && Number.isFinite(value);

export const percent = (share) => (known(share) ? (100 * share).toFixed(2) + " %" : NONE);

/** What learners are measured by: errors, or the cross-entropy of text. */
let crossEntropy = false;

/** @param {string} measure of an evaluation: ERROR or CROSS_ENTROPY */
export function measureBy(measure) {
  crossEntropy = measure === "CROSS_ENTROPY";
}

/** One phrase for errors, another for cross-entropies. */
export const measured = (error, text) => (crossEntropy ? text : error);

/** Whether learners are measured by cross-entropy. */
export const isText = () => crossEntropy;

/** Of a cross-entropy in nats. */
export const perplexity = (nats) => (known(nats) ? figure(Math.exp(nats)) : NONE);

export const errorText = (value) => (crossEntropy ? (known(value) ? value.toFixed(3) + " nats" : NONE) : percent(value));

export const errorAxis = (value) => (crossEntropy ? String(Number(value.toPrecision(4))) : Number((100 * value).toPrecision(3)) + " %");

export const decimal = (value) => (known(value) ? value.toFixed(3) : NONE);

export function count(value) {
  if (!known(value)) return NONE;
  let scaled = value;
  let unit = 0;
  while (scaled >= 999.5 && unit < UNITS.length - 1) {
    scaled /= 1000;
    unit++;
  }
  return (unit === 0 || scaled >= 99.95 ? scaled.toFixed(0) : scaled.toFixed(1)) + UNITS[unit];
}

export const whole = (value) => (known(value) ? value.toLocaleString("en") : NONE);

export function figure(value) {
  if (!known(value)) return NONE;
  return Math.abs(value) >= 1000 ? count(Math.round(value)) : String(Number(value.toPrecision(3)));
}

export function bytes(value) {
  if (!known(value) || value === 0) return NONE;
  if (value < 1024 * 1024) return (value / 1024).toFixed(value < 102400 ? 1 : 0) + " KiB";
  const mebi = value / (1024 * 1024);
  return mebi < 1023.5 ? mebi.toFixed(mebi < 99.95 ? 1 : 0) + " MiB" : (mebi / 1024).toFixed(1) + " GiB";
}

const two = (value) => String(value).padStart(2, "0");

/** Of ms: 0.42 s, 12.3 s, 3:07 min, 2:03 h. */
export function span(millis) {
  if (!known(millis)) return NONE;
  const seconds = Math.max(0, millis) / 1000;
  if (seconds < 9.995) return seconds.toFixed(2) + " s";
  if (seconds < 59.95) return seconds.toFixed(1) + " s";
  const whole = Math.round(seconds);
  return whole < 3600
    ? Math.floor(whole / 60) + ":" + two(whole % 60) + " min"
    : Math.floor(whole / 3600) + ":" + two(Math.floor((whole % 3600) / 60)) + " h";
}

/** Of ms, for what is not measured but guessed, or only needs a rough figure. */
export function rough(millis) {
  if (!known(millis)) return NONE;
  const seconds = Math.max(0, millis) / 1000;
  if (seconds < 1) return "< 1 s";
  if (seconds < 90) return Math.round(seconds) + " s";
  if (seconds < 5400) return Math.round(seconds / 60) + " min";
  return seconds < 172800 ? Math.round(seconds / 3600) + " h" : Math.round(seconds / 86400) + " days";
}

export const clock = (millis) => new Date(millis).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", second: "2-digit", hour12: false });

export function day(millis) {
  const at = new Date(millis);
  return at.getFullYear() + "-" + two(at.getMonth() + 1) + "-" + two(at.getDate()) + " " + two(at.getHours()) + ":" + two(at.getMinutes());
}

/** 3, 4, 5, 9 as 3–5, 9. */
export function ranges(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  const parts = [];
  for (let i = 0; i < sorted.length; i++) {
    const first = sorted[i];
    while (i + 1 < sorted.length && sorted[i + 1] === sorted[i] + 1) i++;
    parts.push(first === sorted[i] ? String(first) : first + (sorted[i] === first + 1 ? ", " : "–") + sorted[i]);
  }
  return parts.join(", ");
}
