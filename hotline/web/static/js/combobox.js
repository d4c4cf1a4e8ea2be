/* Type-ahead over a <select data-combobox>: the ARIA combobox with a listbox, keyboard only if you like.
   The select stays the form's value and fires `change`; without this file it is simply a select.
   Options: data-hint on an option (shown below it), data-find (more words it is found by); data-source="/url" on the
   select fetches ?q= as [{value, label, hint}]. */

const MOST_SHOWN = 60;
const WAIT_MS = 180;
let counter = 0;

/** Letters without marks, đ as d, lower case: "Đường" and "duong" are one. */
export function fold(text) {
  return text.replace(/[đĐ]/g, "d").normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().trim();
}

/** How well `option` answers the folded `query`: 0 best, null not at all. Every word must be found. */
export function rank(option, query) {
  if (!query) return 0;
  const label = option.folded;
  if (label.startsWith(query)) return 0;
  const words = label.split(/[^\p{L}\p{N}]+/u).filter(Boolean);
  if (words.map((word) => word[0]).join("").startsWith(query.replace(/\s+/g, ""))) return 1;
  const asked = query.split(/\s+/);
  if (asked.every((one) => words.some((word) => word.startsWith(one)))) return 2;
  if (label.includes(query)) return 3;
  return asked.every((one) => label.includes(one) || option.foldedMore.includes(one)) ? 4 : null;
}

function make(tag, attributes = {}, text = "") {
  const one = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) one.setAttribute(name, value);
  one.textContent = text;
  return one;
}

function choice(value, label, hint = "", find = "") {
  return { value: String(value), label, hint, folded: fold(label), foldedMore: fold(`${hint} ${find}`) };
}

class Combobox {
  constructor(select) {
    this.select = select;
    this.source = select.dataset.source;
    this.choices = [...select.options].filter((one) => one.value !== "").map((one) =>
      choice(one.value, one.text, one.dataset.hint || (one.parentElement.tagName === "OPTGROUP" ? one.parentElement.label : ""), one.dataset.find));
    this.id = select.id || `combo-${counter += 1}`;
    select.id = `${this.id}-value`;
    this.input = make("input", { type: "text", id: this.id, class: "form-control", role: "combobox", autocomplete: "off", spellcheck: "false",
      "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": `${this.id}-list` });
    for (const name of ["aria-describedby", "aria-invalid", "aria-label", "data-key", "data-key-label", "placeholder", "autofocus"]) {
      if (select.hasAttribute(name)) this.input.setAttribute(name, select.getAttribute(name));
    }
    select.removeAttribute("data-key");
    const empty = [...select.options].find((one) => one.value === "");
    if (empty && !this.input.placeholder) this.input.placeholder = empty.text;
    if (select.required) { this.input.setAttribute("aria-required", "true"); select.required = false; }
    this.list = make("ul", { id: `${this.id}-list`, role: "listbox", "aria-label": select.labels?.[0]?.textContent || select.getAttribute("aria-label") || "" });
    this.list.hidden = true;
    const box = make("div", { class: "combo" });
    select.before(box);
    this.error = make("p", { id: `${this.id}-unmatched`, class: "error" });
    this.error.hidden = true;
    this.input.setAttribute("aria-describedby", `${this.input.getAttribute("aria-describedby") || ""} ${this.error.id}`.trim());
    box.append(this.input, this.list, select, this.error);
    select.hidden = true;
    this.input.disabled = select.disabled;
    this.show();
    this.listen();
    if (this.input.autofocus) this.input.focus();
  }

  listen() {
    this.input.addEventListener("input", () => this.look());
    this.input.addEventListener("keydown", (event) => this.key(event));
    this.input.addEventListener("click", () => { if (this.list.hidden) this.look(""); });
    this.input.addEventListener("focus", () => this.input.select());
    this.input.addEventListener("blur", () => this.leave());
    this.list.addEventListener("mousedown", (event) => {
      event.preventDefault();
      const row = event.target.closest("[role=option]");
      if (row) this.take(this.shown[Number(row.dataset.at)]);
    });
    this.select.addEventListener("change", () => { if (!this.own) this.show(); });
    this.select.form?.addEventListener("reset", () => setTimeout(() => this.show()));
    this.select.form?.addEventListener("submit", (event) => {
      this.leave();
      if (this.error.hidden) return;
      event.preventDefault();
      this.input.focus();
    }, true);
  }

  /** Write the chosen option's label into the box. */
  show() {
    const here = this.select.selectedOptions[0];
    this.input.value = here && here.value !== "" ? here.text : "";
    this.typed = false;
    this.refuse(false);
  }

  /** Typed words that fit nothing stay where they are and say so; they are never dropped. */
  refuse(isRefused) {
    if (this.error.hidden !== isRefused) return;
    this.error.hidden = !isRefused;
    this.error.textContent = isRefused ? document.body.dataset.wordUnmatched : ""; // a hidden description is read out, too
    if (isRefused) this.input.setAttribute("aria-invalid", "true");
    else this.input.removeAttribute("aria-invalid");
  }

  async look(text = this.input.value) {
    this.typed = text !== "";
    this.refuse(false);
    if (!this.source) return this.open(this.matching(text));
    clearTimeout(this.timer);
    this.timer = setTimeout(async () => {
      this.asked?.abort();
      this.asked = new AbortController();
      try {
        const url = new URL(this.source, location.href);
        url.searchParams.set("q", text);
        const answer = await fetch(url, { signal: this.asked.signal, headers: { Accept: "application/json" } });
        if (!answer.ok) throw new Error(String(answer.status));
        const found = (await answer.json()).map((one) => choice(one.value, one.label, one.hint));
        if (document.activeElement === this.input) this.open(found);
      } catch (error) {
        if (error.name !== "AbortError") this.open(this.matching(text));
      }
    }, WAIT_MS);
  }

  matching(text) {
    const query = fold(text);
    return this.choices.map((one) => [rank(one, query), one]).filter(([score]) => score !== null)
      .sort((a, b) => a[0] - b[0]).map(([, one]) => one);
  }

  open(found) {
    this.shown = found.slice(0, MOST_SHOWN);
    this.list.replaceChildren(...this.shown.map((one, at) => {
      const row = make("li", { role: "option", id: `${this.id}-${at}`, "data-at": at, "aria-selected": String(one.value === this.select.value) });
      row.append(make("span", {}, one.label));
      if (one.hint) row.append(make("small", {}, one.hint));
      return row;
    }));
    if (!found.length) this.list.append(make("li", { class: "none" }, document.body.dataset.wordNone || "–"));
    this.list.hidden = false;
    this.input.setAttribute("aria-expanded", "true");
    const chosen = this.typed ? 0 : this.shown.findIndex((one) => one.value === this.select.value);
    this.point(found.length ? chosen : -1);
    this.count(found.length);
  }

  count(number) {
    const place = document.getElementById("say");
    clearTimeout(this.saying);
    this.saying = setTimeout(() => {
      if (place && !this.list.hidden) place.textContent = number ? `${number} ${document.body.dataset.wordResults || ""}` : document.body.dataset.wordNone;
    }, 600);
  }

  point(at) {
    this.at = at;
    this.list.querySelectorAll(".is-here").forEach((row) => row.classList.remove("is-here"));
    const row = this.list.children[at];
    if (at < 0 || !row) return void this.input.removeAttribute("aria-activedescendant");
    row.classList.add("is-here");
    row.scrollIntoView({ block: "nearest" });
    this.input.setAttribute("aria-activedescendant", row.id);
  }

  close() {
    clearTimeout(this.timer);
    this.list.hidden = true;
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
  }

  take(one) {
    if (![...this.select.options].some((option) => option.value === one.value)) this.select.add(new Option(one.label, one.value));
    this.set(one.value);
  }

  set(value) {
    const changed = this.select.value !== value;
    this.select.value = value;
    this.show();
    this.close();
    if (!changed) return;
    this.own = true;
    this.select.dispatchEvent(new Event("change", { bubbles: true }));
    this.own = false;
  }

  key(event) {
    if (event.isComposing) return;
    const isOpen = !this.list.hidden;
    const last = (this.shown?.length ?? 0) - 1;
    switch (event.key) {
      case "ArrowDown":
      case "ArrowUp":
        event.preventDefault();
        if (event.altKey && event.key === "ArrowUp") return this.close();
        if (!isOpen) return void this.look(this.typed ? this.input.value : "");
        return this.point(event.key === "ArrowDown" ? (this.at >= last ? 0 : this.at + 1) : (this.at <= 0 ? last : this.at - 1));
      case "PageDown":
      case "PageUp":
        if (!isOpen) return;
        event.preventDefault();
        return this.point(Math.min(last, Math.max(0, this.at + (event.key === "PageDown" ? 8 : -8))));
      case "Enter":
        if (!isOpen || event.ctrlKey || event.metaKey) return;
        event.preventDefault();
        return this.at >= 0 && this.shown[this.at] ? this.take(this.shown[this.at]) : this.close();
      case "Escape":
        if (isOpen || this.typed) { event.preventDefault(); event.stopPropagation(); this.show(); this.close(); }
    }
  }

  /** Leaving takes the marked option when something was typed, empties when all was deleted, refuses what fits nothing. */
  leave() {
    if (this.input.value.trim() === "" && [...this.select.options].some((one) => one.value === "")) this.set("");
    else if (this.typed && !this.list.hidden && this.at >= 0 && this.shown[this.at]) this.take(this.shown[this.at]);
    else if (this.typed && !this.source && !this.matching(this.input.value).length) { this.refuse(true); this.close(); }
    else if (this.error.hidden) { this.show(); this.close(); }
  }
}

/** Enhance every select[data-combobox] under `root` once. */
export function enhance(root) {
  const all = [...(root.matches?.("select[data-combobox]") ? [root] : []), ...root.querySelectorAll("select[data-combobox]")];
  for (const select of all) if (!select.closest(".combo") && !select.multiple) new Combobox(select);
}

enhance(document);
document.addEventListener("htmx:load", (event) => enhance(event.target));
