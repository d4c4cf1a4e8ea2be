// The console: live calls without reloading, the caller's card and the preview while the operator types.

const calls = document.getElementById("calls");
const caller = document.getElementById("caller");
const preview = document.getElementById("preview");
const form = document.querySelector("[data-intake]");
const POLL_MS = 5000;
let isSaving = false;

async function fetchInto(target, url, how = {}) {
  const response = await fetch(url, { headers: { "X-Requested-With": "fetch" }, ...how });
  if (response.redirected || !response.ok) return;
  target.innerHTML = await response.text();
  target.dataset.since = String(performance.now());
}

// How long somebody waits, second by second: what the server said, and what has passed since.
function tick() {
  const since = Number(calls.dataset.since || 0);
  for (const one of calls.querySelectorAll("[data-waited]")) {
    const seconds = Math.round(Number(one.dataset.waited) + (performance.now() - since) / 1000);
    one.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
  }
}

function refreshCalls() {
  if (calls.contains(document.activeElement) && document.activeElement.tagName === "BUTTON") return;
  fetchInto(calls, calls.dataset.fragment).catch(() => {});
}

function live() {
  let timer = null;
  const source = new EventSource(calls.dataset.stream);
  source.addEventListener("changed", refreshCalls);
  source.onopen = () => { clearInterval(timer); timer = null; };
  source.onerror = () => { timer ??= setInterval(refreshCalls, POLL_MS); };
}

function later(milliseconds, act) {
  let timer = null;
  return () => { clearTimeout(timer); timer = setTimeout(act, milliseconds); };
}

// By name alone: the type-ahead's own field carries the id, and form.elements would answer with both.
function chosen(name) {
  return form.querySelector(`select[name="${name}"]`).value;
}

// What the citizen said goes in the body: addresses stand in logs.
function showPreview() {
  const body = new URLSearchParams({ csrf_token: form.elements.csrf_token.value });
  for (const name of ["category_id", "area_id"]) if (chosen(name)) body.set(name, chosen(name));
  for (const name of ["content", "caller_kind", "call_id"]) body.set(name, form.elements[name].value);
  fetchInto(preview, preview.dataset.preview, { method: "POST", body }).then(showProcedure).catch(() => {});
}

function showProcedure() {
  const asks = preview.querySelector("[data-asks-procedure='yes']") !== null;
  const block = form.querySelector("[data-procedure]");
  const filled = [...block.querySelectorAll("input")].some((input) => input.value);
  block.hidden = !asks && !filled;
}

function showBusiness() {
  const block = form.elements.business_name.closest(".field");
  block.hidden = form.elements.caller_kind.value !== "business" && !form.elements.business_name.value;
}

if (calls) {
  live();
  setInterval(tick, 1000);
}
if (form) {
  const phone = form.elements.phone;
  const look = later(350, () => {
    fetchInto(caller, `${phone.dataset.caller}?${new URLSearchParams({ phone: phone.value })}`).catch(() => {});
  });
  phone.addEventListener("input", look);
  form.elements.content.addEventListener("input", later(700, () => { if (chosen("category_id")) showPreview(); }));
  form.addEventListener("change", (event) => {
    if (["category_id", "area_id", "caller_kind"].includes(event.target.name)) showPreview();
    if (event.target.name === "caller_kind") showBusiness();
  });
  form.addEventListener("submit", (event) => { isSaving = !event.defaultPrevented; });
  caller.addEventListener("click", (event) => {
    const name = event.target.closest("[data-fill-name]");
    if (name) { form.elements.caller_name.value = name.dataset.fillName; form.elements.content.focus(); }
  });
  // On a telephone the field would scroll the waiting calls out of sight.
  const first = form.querySelector("[data-first]");
  if (first && !document.querySelector("[data-focus]") && matchMedia("(min-width: 48rem)").matches) first.focus();
  showBusiness();
  if (chosen("category_id")) showPreview(); else showProcedure();
}
// What was typed is lost when another call or case is opened before saving: ask first.
addEventListener("beforeunload", (event) => {
  if (form && !isSaving && form.elements.content.value.trim()) event.preventDefault();
});
