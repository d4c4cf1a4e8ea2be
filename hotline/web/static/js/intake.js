// The intake form: proposals of a category while the operator types, and what is to be asked for the one chosen.

const form = document.querySelector("[data-intake]");
const proposals = document.getElementById("suggestions");
const questions = document.getElementById("questions");
const WAIT_MS = 400;
let waiting = null;
let asked = null;

const select = () => form.querySelector('select[name="category_id"]');

async function propose() {
  const body = new URLSearchParams({
    content: form.elements.content.value, category_id: select().value, csrf_token: form.elements.csrf_token.value,
  });
  asked?.abort();
  asked = new AbortController();
  const answer = await fetch(proposals.dataset.suggestions, { method: "POST", body, signal: asked.signal });
  if (answer.redirected || !answer.ok) return;
  const had = proposals.contains(document.activeElement);
  proposals.innerHTML = await answer.text();
  if (had) select().closest(".combo")?.querySelector("input")?.focus();
}

async function ask() {
  const query = new URLSearchParams({ category_id: select().value });
  const answer = await fetch(`${questions.dataset.questions}?${query}`);
  if (answer.redirected || !answer.ok) return;
  const typed = new Map([...questions.querySelectorAll("input, select")].map((one) => [one.name, one.value]));
  questions.innerHTML = await answer.text();
  for (const one of questions.querySelectorAll("input, select")) if (typed.get(one.name)) one.value = typed.get(one.name);
}

function soon() {
  clearTimeout(waiting);
  waiting = setTimeout(() => propose().catch(() => {}), WAIT_MS);
}

if (form && proposals && questions) {
  form.elements.content.addEventListener("input", soon);
  form.addEventListener("change", (event) => {
    if (event.target !== select()) return;
    ask().catch(() => {});
    propose().catch(() => {});
  });
  proposals.addEventListener("click", (event) => {
    const chip = event.target.closest("[data-take-category]");
    if (!chip) return;
    select().value = chip.dataset.takeCategory;
    select().dispatchEvent(new Event("change", { bubbles: true }));
  });
}
