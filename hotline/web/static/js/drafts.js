/* What is typed into a verb's form is kept while it is typed; a lost session or connection loses nothing. */

const place = document.getElementById("writing");
const words = place.dataset;
const SAVE_MS = 4000;
const LOOK_MS = 15000;
const QUIET_MS = 10 * 60 * 1000; // a page nobody touches does not keep its reader signed in
const NOT_TYPED = new Set(["csrf_token", "version", "idempotency_key"]);
const forms = [];
let isLost = false;
let touchedAt = Date.now();

const kept = (form) => `hotline.draft.${form.draft}`;

/** What was typed into `form`, without what the form carries along. */
function typed(form) {
  return [...new FormData(form)].filter(([name, value]) => !NOT_TYPED.has(name) && typeof value === "string");
}

function written(form) {
  return JSON.stringify(typed(form));
}

/** Put `text` beside the button of `form`. */
function tell(form, text) {
  form.said ??= form.querySelector("[type=submit]").insertAdjacentElement("afterend", document.createElement("span"));
  form.said.className = "draft-said";
  form.said.textContent = text;
}

/* The session: lost is said with a way to sign in again; found again, every form gets the new token. */
function showLost() {
  if (isLost) return;
  isLost = true;
  const box = document.createElement("div");
  box.className = "alert tone-late lost no-print";
  box.setAttribute("role", "alert");
  const link = document.createElement("a");
  link.href = words.login;
  link.target = "_blank";
  link.rel = "noopener";
  link.textContent = words.wordSignIn;
  const text = document.createElement("div");
  text.append(`${words.wordLost} `, link);
  box.append(text);
  place.before(box);
}

/** Ask for the present token: true when signed in; false and said so when not. Throws without a connection. */
async function renew() {
  const answer = await fetch(words.token, { redirect: "manual", headers: { "X-Requested-With": "fetch" } });
  if (!answer.ok) { showLost(); return false; }
  const { token } = await answer.json();
  for (const field of document.querySelectorAll("input[name=csrf_token]")) field.value = token;
  document.body.setAttribute("hx-headers", JSON.stringify({ "X-CSRFToken": token }));
  if (isLost) {
    isLost = false;
    const box = document.querySelector(".lost");
    box.className = "alert tone-ok lost no-print";
    box.textContent = words.wordBack;
    setTimeout(() => box.remove(), 15000);
  }
  return true;
}

function post(form, signal) {
  const body = new URLSearchParams(typed(form));
  for (const name of NOT_TYPED) body.set(name, form.elements[name].value);
  const keepalive = String(body).length < 60000; // browsers refuse more on the way out
  return fetch(form.draft, { method: "POST", body, redirect: "manual", keepalive, signal });
}

async function save(form) {
  const now = written(form);
  if (now === form.saved || form.isSent || form.isSaving || isLost) return;
  form.isSaving = true;
  form.away = new AbortController();
  sessionStorage.setItem(kept(form), now);
  try {
    let answer = await post(form, form.away.signal);
    if (answer.status === 400 && await renew()) answer = await post(form, form.away.signal);
    if (answer.status === 204) {
      form.saved = now;
      if (written(form) === now) sessionStorage.removeItem(kept(form));
      tell(form, words.wordSaved);
    } else if (answer.type === "opaqueredirect" || answer.status === 401) {
      showLost();
    }
  } catch (error) {
    if (error.name !== "AbortError") tell(form, words.wordAway);
  } finally {
    form.isSaving = false;
  }
}

/** What this tab kept because it could not be saved comes back into the form. */
function restore(form) {
  const text = sessionStorage.getItem(kept(form));
  if (!text) return;
  const pairs = JSON.parse(text);
  for (const field of form.elements) {
    if (field.type === "checkbox" || field.type === "radio") field.checked = pairs.some(([name, value]) => name === field.name && value === field.value);
  }
  for (const [name, value] of pairs) {
    const field = form.elements[name];
    if (field instanceof HTMLElement && !["checkbox", "radio", "file"].includes(field.type)) field.value = value;
  }
  if (written(form) !== form.saved) form.closest("details").open = true;
}

for (const box of document.querySelectorAll("details[data-draft]")) {
  const form = box.querySelector("form[method=post]:not([data-discard])");
  form.draft = box.dataset.draft;
  form.saved = written(form);
  if ("tried" in box.dataset) form.saved = ""; else restore(form);
  form.addEventListener("input", () => sessionStorage.setItem(kept(form), written(form)));
  forms.push(form);
}
setInterval(() => forms.forEach(save), SAVE_MS); // also what a script or a list put into a field

/* Before a form goes, whether it may: a page that ends at the sign-in would take the text with it. */
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || form.isChecked || form.dataset.sure || !form.closest("main")) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  if (form.isChecking) return;
  form.isChecking = true;
  const submitter = event.submitter;
  renew().then((may) => {
    if (!may) return;
    form.isChecked = true;
    form.requestSubmit(submitter);
    form.isChecked = false;
  }, () => tell(form, words.wordAway)).finally(() => { form.isChecking = false; });
}, true);
/* On its way (the question "are you sure?" answered, if there was one): from here on the server keeps it. */
document.addEventListener("submit", (event) => {
  const form = event.target.closest("[data-discard]") ? event.target.parentElement.querySelector("form:not([data-discard])") : event.target;
  if (event.defaultPrevented || !form.draft) return;
  form.away?.abort();
  form.isSent = true;
  sessionStorage.removeItem(kept(form));
});
addEventListener("pageshow", (event) => { if (event.persisted) forms.forEach((form) => { form.isSent = false; }); });

document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "hidden") forms.forEach(save);
  else if (isLost) renew().catch(() => {});
});

/* Who else is writing, and whether the case has changed meanwhile. */
for (const kind of ["input", "pointerdown", "keydown"]) document.addEventListener(kind, () => { touchedAt = Date.now(); });
setInterval(async () => {
  if (document.visibilityState === "hidden" || Date.now() - touchedAt > QUIET_MS) return;
  try {
    if (isLost) return void await renew();
    const answer = await fetch(words.writing, { redirect: "manual", headers: { "X-Requested-With": "fetch" } });
    if (answer.ok) place.innerHTML = await answer.text();
    else if (answer.type === "opaqueredirect") showLost();
  } catch { /* the next turn asks again */ }
}, LOOK_MS);
