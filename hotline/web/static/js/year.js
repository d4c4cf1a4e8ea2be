/* A year of days by keyboard: one stop of the tab key a month, arrows from day to day. Without it every day is a stop. */

const days = [...document.querySelectorAll(".month a.day")];
const steps = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: 7, ArrowUp: -7 };

function stopAt(chosen) {
  chosen.closest(".month").querySelectorAll("a.day").forEach((day) => { day.tabIndex = day === chosen ? 0 : -1; });
}

document.querySelectorAll(".month").forEach((month) => {
  stopAt(month.querySelector("a.day[aria-current]") || month.querySelector("a.day"));
});

document.addEventListener("keydown", (event) => {
  const here = days.indexOf(event.target);
  if (here < 0 || !(event.key in steps) || event.ctrlKey || event.altKey || event.metaKey) return;
  const next = days[here + steps[event.key]];
  if (!next) return;
  event.preventDefault();
  stopAt(next);
  next.focus();
});
