/* The page of a case: the next verb at hand, the way back to the list, paper that shows everything. */

const usual = "hotline.list";

/* The button in the head or in the bar opens the verb's form; an opened form takes the focus. */
document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-opens-verb]");
  if (opener) {
    event.preventDefault();
    const box = document.getElementById(opener.dataset.opensVerb);
    box.open = true;
    enter(box);
  }
});

function enter(box) {
  box.querySelector("form")?.scrollIntoView({ block: "nearest" });
  const form = box.querySelector("form[method=post]:not([data-discard])") ?? box; // not the choice of a template above it
  const fields = form.querySelectorAll("input:not([type=hidden]), textarea, select, [role=combobox]");
  const first = [...fields].find((field) => !field.hidden && field.checkVisibility());
  first?.focus();
  if (first?.matches("textarea")) first.setSelectionRange(first.value.length, first.value.length);
}

for (const box of document.querySelectorAll("#verbs details.verb")) {
  if (box.querySelector("[data-tried]") && !document.querySelector("[data-focus]")) box.scrollIntoView({ block: "nearest" });
  const summary = box.querySelector("summary");
  summary.addEventListener("click", (event) => {
    // Its key, pressed anywhere else on the page, never closes what is being written, and the next letter is text.
    if (event.detail || document.activeElement === summary) return;
    event.preventDefault();
    box.open = true;
    enter(box);
  });
  let known = box.open;
  box.addEventListener("toggle", () => {
    if (box.open && !known) enter(box);
    known = box.open;
  });
}

/* Back to the same list: the server knows it where the reader came from it, this tab remembers it afterwards. */
const crumb = document.querySelector(".crumbs a");
if (crumb) {
  const list = new URL(crumb.href);
  if (list.search) sessionStorage.setItem(usual, list.search);
  else if (sessionStorage.getItem(usual)) crumb.search = sessionStorage.getItem(usual);
}

/* On paper nothing is folded. */
let folded = [];
addEventListener("beforeprint", () => {
  folded = [...document.querySelectorAll("main details:not([open])")].filter((one) => !one.closest("#verbs, .no-print"));
  for (const one of folded) one.open = true;
});
addEventListener("afterprint", () => { for (const one of folded) one.open = false; });
