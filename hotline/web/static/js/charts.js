/* A picture of a table: <canvas data-chart="bar" data-table="id-of-table">, after asset('chart.umd.js').
   Kinds: bar, stacked, line. First column is the axis, each further column (or those
   of data-columns) a series; data-most is the highest value the axis must reach. Colours come from tokens.css;
   lines also differ in dash and point, and the table with the same figures stays on the page. */

const style = getComputedStyle(document.documentElement);
const token = (name) => style.getPropertyValue(name).trim();
const colours = ["--teal-600", "--amber", "--info", "--warm", "--teal-300", "--neutral"].map(token);
const tones = { ok: "--ok", warn: "--amber", late: "--late", info: "--info", done: "--done", neutral: "--neutral" };
const dashes = [[], [6, 4], [2, 3], [10, 4, 2, 4]];
const points = ["circle", "rectRot", "triangle", "rect"];

/** The number in a cell: data-value when given, else its text, in either language's notation; null when there is none. */
export function number(cell, language) {
  const text = cell.dataset.value ?? cell.textContent;
  const plain = cell.dataset.value || language === "en" ? text.replace(/,/g, "") : text.replace(/\./g, "").replace(",", ".");
  const found = plain.match(/-?\d+(\.\d+)?/);
  return found ? Number(found[0]) : null;
}

function draw(canvas) {
  const table = document.getElementById(canvas.dataset.table);
  if (!table || !window.Chart) return;
  const language = document.documentElement.lang;
  const wanted = (canvas.dataset.columns || "").split(",").filter(Boolean).map(Number);
  const heads = [...table.tHead.rows[0].cells].filter((cell, at) => at && (!wanted.length || wanted.includes(at)));
  const rows = [...table.tBodies[0].rows];
  const kind = canvas.dataset.chart;
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const sets = heads.map((head, at) => {
    const colour = head.dataset.tone ? token(tones[head.dataset.tone]) : colours[at % colours.length];
    return {
      label: head.textContent.trim(),
      data: rows.map((row) => number(row.cells[head.cellIndex], language)),
      borderColor: colour,
      backgroundColor: kind === "line" ? token("--surface") : colour,
      borderWidth: kind === "line" ? 2.5 : 0,
      borderDash: dashes[at % dashes.length],
      pointStyle: points[at % points.length],
      pointRadius: 4,
      maxBarThickness: 34,
    };
  });
  Chart.getChart(canvas)?.destroy();
  new Chart(canvas, {
    type: kind === "line" ? "line" : "bar",
    data: { labels: rows.map((row) => row.cells[0].textContent.trim()), datasets: sets },
    options: {
      animation: still ? false : { duration: 250 },
      maintainAspectRatio: false,
      indexAxis: "flat" in canvas.dataset ? "y" : "x",
      interaction: { mode: "index", intersect: false },
      locale: language,
      font: { family: token("--face"), size: 13 },
      scales: {
        x: { stacked: kind === "stacked", grid: { display: "flat" in canvas.dataset, color: token("--line") } },
        y: { stacked: kind === "stacked", beginAtZero: true, suggestedMax: Number(canvas.dataset.most) || undefined, grid: { color: token("--line") } },
      },
      plugins: { legend: { display: sets.length > 1, position: "bottom", labels: { usePointStyle: true } } },
    },
  });
}

function drawAll(root) {
  if (!window.Chart) return;
  Chart.defaults.font.family = token("--face");
  Chart.defaults.color = token("--ink-soft");
  (root.matches?.("canvas[data-chart]") ? [root] : root.querySelectorAll("canvas[data-chart]")).forEach(draw);
}

drawAll(document);
document.addEventListener("htmx:load", (event) => drawAll(event.target));
