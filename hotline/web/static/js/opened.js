// Tells the house once that a person's browser has shown the page: robots fetch it, but do not look at it.
const page = document.querySelector("[data-beacon]");

function tell() {
  if (document.visibilityState !== "visible") return;
  document.removeEventListener("visibilitychange", tell);
  navigator.sendBeacon(page.dataset.beacon);
}

if (page && navigator.sendBeacon) {
  document.addEventListener("visibilitychange", tell);
  tell();
}
