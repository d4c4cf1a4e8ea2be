// The intake form for a business: whose tax code is typed, and the caller's name is the contact person's.

const form = document.querySelector("[data-intake]");
const code = form?.elements.tax_code;
const place = document.getElementById("business");
let timer = null;

async function look() {
  const answer = await fetch(`${place.dataset.business}?${new URLSearchParams({ tax_code: code.value })}`, { headers: { "X-Requested-With": "fetch" } });
  if (answer.ok && !answer.redirected) place.innerHTML = await answer.text();
}

function show() {
  const isBusiness = form.elements.caller_kind.value === "business";
  code.closest(".field").hidden = !isBusiness && !code.value;
  const label = form.querySelector("label[for=caller_name]");
  label.dataset.person ||= label.firstChild.textContent;
  label.firstChild.textContent = isBusiness ? place.dataset.contact : label.dataset.person;
}

if (code && place) {
  code.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(() => look().catch(() => {}), 350); });
  form.addEventListener("change", (event) => { if (event.target.name === "caller_kind") show(); });
  place.addEventListener("click", (event) => {
    const filler = event.target.closest("[data-fill-business]");
    if (!filler) return;
    form.elements.business_name.value = filler.dataset.fillBusiness;
    if (!form.elements.caller_name.value) form.elements.caller_name.value = filler.dataset.fillContact;
    form.elements.content.focus();
  });
  show();
  if (code.value) look().catch(() => {});
}
