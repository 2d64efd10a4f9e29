// Curves of several runs in one chart.
import { get, say } from "./app.js";
import { chart, color, digits } from "./chart.js";

const host = document.getElementById("c-compare");
const rows = [...document.querySelectorAll("tr[data-run]")];

try {
  const found = await Promise.all(rows.map((r) => get(`/runs/${r.dataset.run}/series`)));
  const x = [...new Set(found.flatMap((s) => s.tests.generation ?? []))].sort((a, b) => a - b);
  const at = new Map(x.map((g, i) => [g, i]));
  const lines = [];
  const bands = [];
  const data = [x];
  found.forEach((s, i) => {
    const hue = color("c" + (i % 8));
    for (const [part, label] of [["mean", rows[i].dataset.run], ["low", "low"], ["high", "high"]]) {
      const column = new Array(x.length).fill(null);
      s.tests.generation?.forEach((g, j) => (column[at.get(g)] = s.tests[part][j]));
      data.push(column);
      lines.push({ label, color: "c" + (i % 8), width: 2, hidden: part !== "mean", dash: i >= 8 ? [6, 3] : undefined });
    }
    bands.push({ of: [3 * i + 3, 3 * i + 2], fill: hue + "22" });
  });
  if (host) {
    chart(host, {
      height: 380, lines, bands, legend: false,
      describe: () => "Curves of mean fitness: " + found.map((s, i) => `${rows[i].dataset.run} ends at ${digits(s.tests.mean?.at(-1))}`).join("; "),
    }).set(data);
  }
} catch (e) {
  say(e.message);
}
