/* The desk's manners: shortcuts, confirmation, no double sending, dismissal, copying. Pages work without it. */

const words = document.body.dataset;
const keysOff = "hotline.keys.off";

/** Say `text` to screen readers, politely. */
export function say(text) {
  const place = document.getElementById("say");
  if (place) { place.textContent = ""; setTimeout(() => { place.textContent = text; }, 50); }
}

/* Shortcuts. data-key="a" works outside fields; data-key="alt+n", "ctrl+enter" or "f2" works everywhere. */
function pressed(event) {
  const name = event.key.toLowerCase();
  const parts = [];
  if (event.ctrlKey || event.metaKey) parts.push("ctrl");
  if (event.altKey) parts.push("alt");
  if (event.shiftKey && name.length > 1) parts.push("shift");
  return [...parts, name].join("+");
}

function isTyping(target) {
  return target.isContentEditable || target.closest("textarea, select, [role=combobox], input:not([type=checkbox]):not([type=radio])");
}

function isSingle(key) {
  return [...key].length === 1;
}

function visible(selector) {
  return [...document.querySelectorAll(selector)].filter((one) => one.checkVisibility ? one.checkVisibility() : one.offsetParent);
}

function act(one) {
  if (one.matches("input:not([type=submit]):not([type=checkbox]):not([type=radio]), textarea, select, [role=combobox]")) {
    one.focus();
    one.select?.();
  } else {
    one.click();
  }
}

document.addEventListener("keydown", (event) => {
  if (event.isComposing || event.defaultPrevented) return;
  const key = pressed(event);
  if (isSingle(key)) {
    if (isTyping(event.target) || localStorage.getItem(keysOff) || document.querySelector("dialog[open]")) return;
    if (key === "?") return void (event.preventDefault(), openKeys());
    if (key === "/") {
      const find = visible("[data-find]")[0];
      if (find) { event.preventDefault(); act(find); }
      return;
    }
  }
  const scope = document.querySelector("dialog[open]");
  const wanted = visible(`[data-key="${CSS.escape(key)}"]`).find((one) => !scope || scope.contains(one));
  if (wanted && !wanted.disabled) { event.preventDefault(); act(wanted); }
});

/** The words on `one`, without its key. */
function wording(one) {
  const copy = one.cloneNode(true);
  copy.querySelectorAll("kbd, .need").forEach((part) => part.remove());
  return copy.textContent.trim();
}

function openKeys() {
  const dialog = document.getElementById("keys");
  if (!dialog) return;
  const list = dialog.querySelector("dl");
  list.querySelectorAll("[data-found]").forEach((one) => one.remove());
  const seen = new Set();
  for (const one of visible("[data-key]")) {
    if (seen.has(one.dataset.key)) continue;
    seen.add(one.dataset.key);
    const [term, text, kbd] = ["dt", "dd", "kbd"].map((tag) => document.createElement(tag));
    kbd.textContent = one.dataset.key.replace(/(^|\+)./g, (found) => found.toUpperCase());
    term.append(kbd);
    text.textContent = one.dataset.keyLabel || one.getAttribute("aria-label") || wording(one) || one.labels?.[0]?.textContent || "";
    [term, text].forEach((part) => { part.dataset.found = ""; list.append(part); });
  }
  const box = dialog.querySelector("[data-keys-off]");
  box.checked = Boolean(localStorage.getItem(keysOff));
  box.onchange = () => box.checked ? localStorage.setItem(keysOff, "1") : localStorage.removeItem(keysOff);
  dialog.showModal();
}

/* Clicks. */
document.addEventListener("click", (event) => {
  const one = event.target.closest("[data-opens], [data-dismiss], [data-copy], [data-print]");
  document.querySelectorAll("details.drop[open]").forEach((drop) => { if (!drop.contains(event.target)) drop.open = false; });
  if (!one) return;
  if (one.dataset.opens === "keys") openKeys();
  else if (one.dataset.opens) document.getElementById(one.dataset.opens)?.showModal();
  else if ("dismiss" in one.dataset) { one.closest(".alert")?.remove(); document.getElementById("main")?.focus(); }
  else if ("print" in one.dataset) window.print();
  else copy(one.dataset.copy);
});

document.addEventListener("keydown", (event) => {
  const drop = event.key === "Escape" && document.querySelector("details.drop[open]");
  if (drop) { drop.open = false; drop.querySelector("summary").focus(); }
});

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // Plain http on the office network has no clipboard interface.
    const area = document.createElement("textarea");
    area.value = text;
    document.body.append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
  }
  say(`${words.wordCopied}: ${text}`);
}

/* Forms: ask first where data-confirm says so, then send once. */
document.addEventListener("submit", (event) => {
  const form = event.target;
  const question = event.submitter?.dataset.confirm || form.dataset.confirm;
  if (question && !form.dataset.sure) {
    event.preventDefault();
    ask(question, event.submitter).then((yes) => {
      if (!yes) return;
      form.dataset.sure = "1";
      form.requestSubmit(event.submitter);
      delete form.dataset.sure;
    });
    return;
  }
  if (event.defaultPrevented || form.method !== "post") return;
  if (form.getAttribute("aria-busy") === "true") return event.preventDefault();
  form.setAttribute("aria-busy", "true");
  setTimeout(() => { form.removeAttribute("aria-busy"); }, 15000);
});

addEventListener("pageshow", () => {
  document.querySelectorAll("form[aria-busy]").forEach((form) => form.removeAttribute("aria-busy"));
});

/** Ask `question` in the dialog; resolves to true or false. */
export function ask(question, submitter) {
  const dialog = document.getElementById("confirm");
  if (!dialog) return Promise.resolve(window.confirm(question));
  dialog.querySelector("[data-question]").textContent = question;
  const yes = dialog.querySelector("[data-yes]");
  yes.dataset.usual ||= yes.textContent;
  yes.textContent = (submitter && wording(submitter)) || yes.dataset.usual;
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((done) => dialog.addEventListener("close", () => done(dialog.returnValue === "yes"), { once: true }));
}

/* On arrival: the list of errors takes the focus, and what was flashed is said. #answer opens the answer's form. */
function arrive(root) {
  root.querySelector("[data-focus]")?.focus();
}
arrive(document);
const answering = location.hash === "#answer" && visible('summary[data-key="r"]')[0];
if (answering) {
  if (!answering.parentElement.open) answering.click();
  answering.parentElement.querySelector("textarea, input:not([type=hidden])")?.focus();
}
document.addEventListener("htmx:afterSwap", (event) => arrive(event.target));
const flashed = document.getElementById("flashes")?.innerText.trim();
if (flashed) say(flashed);
