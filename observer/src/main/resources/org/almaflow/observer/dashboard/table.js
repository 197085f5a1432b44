// Tables that change in place: rows keep their elements, cells are touched only when they differ.

export class LiveTable {
  /**
   * A table.
   *
   * @param columns name, help and optionally shown(), which may change later, text(row) or cell(td, row), and optionally value(row) to sort by, number, words
   * @param key what a row is known by
   */
  constructor(element, caption, columns, key) {
    this.columns = columns;
    this.key = key;
    this.rows = new Map();
    this.sorted = null;
    this.body = document.createElement("tbody");
    const title = document.createElement("caption");
    title.className = "hidden";
    title.textContent = caption;
    const head = document.createElement("thead");
    head.append(this.heading());
    this.label();
    element.replaceChildren(title, head, this.body);
  }

  heading() {
    const row = document.createElement("tr");
    this.heads = this.columns.map((column, i) => {
      const cell = document.createElement("th");
      cell.scope = "col";
      if (column.number) cell.className = "number";
      if (column.value) {
        const button = document.createElement("button");
        button.type = "button";
        button.addEventListener("click", () => this.sortBy(i));
        cell.append(button);
      }
      row.append(cell);
      return cell;
    });
    return row;
  }

  /** Says in the heading what the columns are called now. */
  label() {
    this.columns.forEach(({ name, help, shown }, i) => {
      const head = this.heads[i];
      if (shown) head.hidden = !shown();
      const arrow = this.sorted && this.sorted.index === i ? (this.sorted.down ? " ▼" : " ▲") : "";
      text(head.querySelector("button") || head, name + arrow);
      if (help && head.title !== help) head.title = help;
    });
  }

  sortBy(index) {
    const again = this.sorted && this.sorted.index === index;
    this.sorted = again && this.sorted.down ? null : { index, down: Boolean(again) };
    this.heads.forEach((head, i) => {
      if (this.sorted && this.sorted.index === i) head.setAttribute("aria-sort", this.sorted.down ? "descending" : "ascending");
      else head.removeAttribute("aria-sort");
    });
    if (this.items) this.update(this.items);
    else this.label();
  }

  update(items) {
    this.items = items;
    this.label();
    const seen = new Set();
    let at = this.body.firstElementChild;
    for (const item of this.inOrder(items)) {
      const key = this.key(item);
      seen.add(key);
      let row = this.rows.get(key);
      if (!row) this.rows.set(key, (row = this.made()));
      this.columns.forEach((column, i) => this.patch(row.children[i], column, item));
      if (row === at) at = at.nextElementSibling;
      else this.body.insertBefore(row, at);
    }
    for (const [key, row] of this.rows) {
      if (seen.has(key)) continue;
      row.remove();
      this.rows.delete(key);
    }
  }

  inOrder(items) {
    if (!this.sorted) return items;
    const { value } = this.columns[this.sorted.index];
    const sign = this.sorted.down ? -1 : 1;
    const missing = (v) => v === null || v === undefined || Number.isNaN(v);
    return [...items].sort((a, b) => {
      const x = value(a);
      const y = value(b);
      if (missing(x) || missing(y)) return missing(x) - missing(y);
      return sign * (typeof x === "string" ? x.localeCompare(y, undefined, { numeric: true }) : x - y);
    });
  }

  made() {
    const row = document.createElement("tr");
    this.columns.forEach((column, i) => {
      const cell = document.createElement(i === 0 ? "th" : "td");
      if (i === 0) cell.scope = "row";
      cell.className = column.number ? "number" : column.words ? "words" : "";
      row.append(cell);
    });
    return row;
  }

  patch(cell, column, item) {
    if (column.shown) cell.hidden = !column.shown();
    if (column.cell) column.cell(cell, item);
    else text(cell, column.text(item));
  }
}

/** Changes words in their place: a new node for each change would be more for the collector to find. */
export function text(element, words) {
  const node = element.firstChild;
  if (node && node === element.lastChild && node.nodeType === Node.TEXT_NODE) {
    if (node.data !== words) node.data = words;
  } else if (element.textContent !== words) element.textContent = words;
}

/** Gives a cell content made anew only when what it shows has changed. */
export function once(cell, shown, make) {
  if (cell.shown === shown) return;
  cell.shown = shown;
  cell.replaceChildren(...[make()].flat());
}
