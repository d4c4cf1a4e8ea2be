/* The queue by keyboard and by ticks: j and k walk the rows, x ticks, a accepts, p assigns, r opens the answer.
   Without this file the rows are links, the boxes are boxes and the forms are forms. */

const KEPT = "hotline.queue.row";
const rows = [...document.querySelectorAll("tr[data-code]")];
const form = document.getElementById("bulk");
const boxes = rows.map((row) => row.querySelector("input[name=ticked]")).filter(Boolean);
const all = document.querySelector("[data-all]");
let here = -1;
let lastTicked = -1;

function link(row) {
  return row.querySelector("[data-row]");
}

function stand(index) {
  rows[here]?.classList.remove("is-here");
  here = index;
  rows[here]?.classList.add("is-here");
}

function move(step) {
  if (!rows.length) return;
  stand(Math.min(Math.max(here + step, 0), rows.length - 1));
  link(rows[here]).focus();
}

rows.forEach((row, index) => row.addEventListener("focusin", () => stand(index)));

/* Ticks: a range with the shift key, all of the page at once; the bar shows itself when something is ticked. */
function ticked() {
  return boxes.filter((box) => box.checked);
}

function show() {
  if (!form) return;
  const number = ticked().length;
  form.hidden = number === 0 && !form.classList.contains("is-wrong");
  form.querySelector("[data-ticked]").textContent = number || "";
  boxes.forEach((box) => box.closest("tr").classList.toggle("is-ticked", box.checked));
  if (all) {
    all.checked = number === boxes.length && number > 0;
    all.indeterminate = number > 0 && number < boxes.length;
  }
}

boxes.forEach((box, index) => box.addEventListener("click", (event) => {
  if (event.shiftKey && lastTicked >= 0) {
    const [from, until] = [Math.min(index, lastTicked), Math.max(index, lastTicked)];
    boxes.slice(from, until + 1).forEach((one) => { one.checked = box.checked; });
  }
  lastTicked = index;
  show();
}));

all?.addEventListener("change", () => {
  boxes.forEach((box) => { box.checked = all.checked; });
  show();
});
if (all) all.closest("[hidden]").hidden = false;

/** What a key acts on: the ticked rows, else the row that has the focus; false when there is neither. */
function meant() {
  if (!ticked().length && rows[here]) {
    const box = rows[here].querySelector("input[name=ticked]");
    if (box) box.checked = true;
    show();
  }
  if (ticked().length) return true;
  // Not imported from desk.js: under its versioned address that would be a second desk, answering every key again.
  const place = document.getElementById("say");
  if (place) place.textContent = form?.dataset.none || "";
  return false;
}

document.querySelector("[data-keys]")?.addEventListener("click", (event) => {
  const key = event.target.closest("button");
  if (!key) return;
  if (key.dataset.move) move(Number(key.dataset.move));
  else if ("tick" in key.dataset) rows[here]?.querySelector("input[name=ticked]")?.click();
  else if (key.dataset.press && meant()) form.requestSubmit(form.querySelector(`[data-bulk="${key.dataset.press}"]`));
  else if (key.dataset.reach && meant()) form.elements[key.dataset.reach].focus();
  else if ("answer" in key.dataset && rows[here]) location.assign(`${link(rows[here]).href}#answer`);
});

/* The row one stood on is found again after a form was sent. */
form?.addEventListener("submit", () => {
  const row = rows[here] || boxes.find((box) => box.checked)?.closest("tr");
  sessionStorage.setItem(KEPT, JSON.stringify({ code: row?.dataset.code, index: rows.indexOf(row) }));
});

function comeBack() {
  const kept = JSON.parse(sessionStorage.getItem(KEPT) || "null");
  sessionStorage.removeItem(KEPT);
  if (!kept || !rows.length) return;
  const found = rows.findIndex((row) => row.dataset.code === kept.code);
  const index = found >= 0 ? found : Math.min(Math.max(kept.index, 0), rows.length - 1);
  stand(index);
  if (!document.querySelector("[data-focus]")) link(rows[index]).focus();
}

/* The help sheet lists the key that the browser itself understands. */
const place = document.querySelector("#keys dl");
const words = document.querySelector("[data-keys]")?.dataset.enter;
if (place && words) {
  const [term, text, kbd] = ["dt", "dd", "kbd"].map((tag) => document.createElement(tag));
  kbd.textContent = "Enter";
  text.textContent = words;
  term.append(kbd);
  place.append(term, text);
}

show();
comeBack();
addEventListener("pageshow", show);
