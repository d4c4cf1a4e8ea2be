// The knowledge base on the console: found while typing, walked with the arrows, noted with Enter.

const room = document.querySelector("[data-answers]");
const box = document.getElementById("answers-query");
const results = document.getElementById("answers-results");
const notices = document.getElementById("notices");
const area = document.querySelector("[data-intake] select[name=area_id]");
const TYPING_MS = 120, NOTICES_MS = 60000;
let timer = null, asked = 0, arriving = Promise.resolve(), shownFor = "";

function say(text) {
  document.getElementById("say").textContent = text;
}

async function part(url) {
  const response = await fetch(url, { headers: { "X-Requested-With": "fetch" } });
  if (response.redirected || !response.ok) throw new Error(String(response.status));
  return response.text();
}

async function look() {
  const number = ++asked, words = box.value.trim();
  const html = words ? await part(`${room.dataset.answers}?${new URLSearchParams({ q: words })}`) : "";
  if (number !== asked) return;
  results.innerHTML = html;
  shownFor = words;
  choose(options()[0]);
  const count = results.querySelector("[data-count]");
  if (words) say(count ? count.dataset.count : results.querySelector(".answers-none").textContent);
}

function lookNow() {
  clearTimeout(timer);
  timer = null;
  arriving = look().catch(() => {});
  return arriving;
}

function options() {
  return [...results.querySelectorAll("[role=option]")];
}

function chosen() {
  return results.querySelector("[role=option][aria-selected=true]");
}

function choose(one) {
  box.setAttribute("aria-expanded", String(Boolean(one)));
  if (!one) return void box.removeAttribute("aria-activedescendant");
  for (const other of options()) {
    other.setAttribute("aria-selected", String(other === one));
    document.getElementById(other.dataset.shows).hidden = other !== one;
  }
  box.setAttribute("aria-activedescendant", one.id);
  one.scrollIntoView({ block: "nearest" });
}

// Noted once for each answer that is shown: the key in its form stays the same until it is asked for again.
async function note(form) {
  const button = form.querySelector("button");
  try {
    const response = await fetch(form.action, {
      method: "POST", body: new URLSearchParams(new FormData(form)), headers: { "X-Requested-With": "fetch" },
    });
    if (response.redirected || !response.ok) throw new Error(String(response.status));
    const sentence = await response.text();
    button.disabled = true;
    form.dataset.noted = "";
    let place = form.querySelector(".noted");
    if (!place) {
      place = document.createElement("span");
      place.className = "noted small strong";
      form.append(place);
    }
    place.textContent = ` ${sentence}`;
    say(sentence);
  } catch {
    form.submit();  // the server says itself what is wrong
  }
}

if (room) {
  box.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(lookNow, TYPING_MS); });
  box.addEventListener("focus", () => { if (results.querySelector("[data-noted]")) lookNow(); });
  box.addEventListener("keydown", async (event) => {
    if (event.isComposing) return;
    const all = options(), place = all.indexOf(chosen());
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (all.length) choose(all[(place + (event.key === "ArrowDown" ? 1 : all.length - 1)) % all.length]);
    } else if (event.key === "Escape") {
      event.preventDefault();
      box.value = "";
      lookNow();
      document.querySelector("[data-intake] [name=content]")?.focus();
    } else if (event.key === "Enter") {
      event.preventDefault();
      if (timer || shownFor !== box.value.trim()) await lookNow(); else await arriving;
      const one = chosen();
      if (one) note(document.querySelector(`#${one.dataset.shows} form`));
    }
  });
  results.addEventListener("click", (event) => {
    const one = event.target.closest("[role=option]");
    if (one) { choose(one); box.focus(); }
  });
  results.addEventListener("submit", (event) => {
    if (!event.target.matches("[data-notes]")) return;
    event.preventDefault();
    note(event.target);
  });
  const renew = () => {
    const query = new URLSearchParams(area?.value ? { area_id: area.value } : {});
    part(`${notices.dataset.notices}?${query}`).then((html) => { notices.innerHTML = html; }).catch(() => {});
  };
  area?.addEventListener("change", renew);
  setInterval(() => { if (!notices.contains(document.activeElement)) renew(); }, NOTICES_MS);
}
