/* Writing an answer: a template or an authority's guidance is put into the text, and letters are counted.
   Without this file the same happens on the server: by the button, or because an empty guidance is filled in there. */

const filledBy = new WeakMap();

/** Put `text` into `area` without losing what somebody typed: it goes below. */
function put(area, text) {
  const typed = area.value.trim();
  area.value = !typed || typed === filledBy.get(area) ? text : `${area.value.trimEnd()}\n\n${text}`;
  filledBy.set(area, text.trim());
  area.dispatchEvent(new Event("input", { bubbles: true }));
  const first = area.value.indexOf("[");
  area.focus();
  if (first >= 0) area.setSelectionRange(first, area.value.indexOf("]", first) + 1);
}

async function fetched(source, id) {
  const answer = await fetch(source.replace(/\/0$/, `/${encodeURIComponent(id)}`), { headers: { Accept: "application/json" } });
  return answer.ok ? (await answer.json()).text : null;
}

for (const form of document.querySelectorAll("form[data-template-of]")) {
  if (form.dataset.ready) continue;
  form.dataset.ready = "1";
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const id = form.elements.template.value;
    const area = form.parentElement.querySelector("textarea");
    const text = id ? await fetched(form.dataset.source, id).catch(() => null) : null;
    if (text !== null && area) put(area, text);
    else if (id) form.submit();
  });
}

for (const form of document.querySelectorAll("form[data-guidance-of]")) {
  if (form.dataset.ready) continue;
  form.dataset.ready = "1";
  const area = form.querySelector("textarea");
  form.addEventListener("change", async (event) => {
    if (event.target.name !== "authority_id" || !event.target.value) return;
    const text = await fetched(form.dataset.guidanceOf, event.target.value).catch(() => null);
    const typed = area.value.trim();
    if (text !== null && (!typed || typed === filledBy.get(area))) put(area, text);
  });
}

for (const area of document.querySelectorAll("textarea[data-count][maxlength]")) {
  if (area.dataset.ready) continue;
  area.dataset.ready = "1";
  const shown = document.createElement("p");
  shown.className = "counter";
  const number = new Intl.NumberFormat(document.documentElement.lang);
  const count = () => { shown.textContent = `${number.format(area.value.length)} / ${number.format(area.maxLength)}`; };
  area.after(shown);
  area.addEventListener("input", count);
  count();
}
