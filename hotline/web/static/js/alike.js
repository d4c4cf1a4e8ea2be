// While a report is typed: cases of the same event, which it may be saved into. What was said is posted, never in an address.

const box = document.getElementById("alike");
const form = document.querySelector("[data-intake]");
const FEWEST_LETTERS = 10;
const PAUSE_MS = 500;
const ASKED = ["csrf_token", "content", "category_id", "area_id", "address"];
let timer = null;
let turn = 0;

async function look() {
  const typed = new FormData(form);
  const asked = new URLSearchParams();
  for (const name of ASKED) asked.set(name, String(typed.get(name) ?? "").slice(0, 2000));
  const mine = ++turn;
  if (!asked.get("category_id") || asked.get("content").trim().length < FEWEST_LETTERS) {
    box.replaceChildren();
    return;
  }
  const response = await fetch(box.dataset.alike, { method: "POST", body: asked, headers: { "X-Requested-With": "fetch" } });
  if (mine !== turn || response.redirected || !response.ok) return;
  box.innerHTML = await response.text();
}

function soon() {
  clearTimeout(timer);
  timer = setTimeout(() => { look().catch(() => {}); }, PAUSE_MS);
}

if (box && form) {
  for (const name of ["content", "address"]) form.elements[name].addEventListener("input", soon);
  form.addEventListener("change", (event) => { if (["category_id", "area_id"].includes(event.target.name)) soon(); });
  soon();
}
