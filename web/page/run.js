// A run's page: its curves, kept live without a gap, and what begins and ends it.
import { follow, get, post, say } from "./app.js";
import { chart, digits, spectrum } from "./chart.js";

const root = document.getElementById("run");
const name = root.dataset.name;
const base = "/runs/" + name;
const $ = (id) => document.getElementById(id);

const described = (what, column) => (data) => {
  const v = data[column];
  return v.length ? `${what}: ${digits(v[0])} at generation ${data[0][0]}, ${digits(v.at(-1))} at generation ${data[0].at(-1)}` : `${what}: nothing yet`;
};
const tests = chart($("c-tests"), {
  height: 320, describe: described("Curve of mean fitness", 1),
  lines: [{ label: "mean", color: "accent", width: 2 }, { label: "low", color: "accent", hidden: true }, { label: "high", color: "accent", hidden: true }],
  bands: [{ of: [3, 2], fill: "band" }],
});
const fitness = chart($("c-fit"), {
  describe: described("Curve of the offspring's median fitness", 3),
  lines: [{ label: "best", color: "good", width: 1.25 }, { label: "upper", color: "accent", hidden: true }, { label: "median", color: "accent" }, { label: "lower", color: "accent", hidden: true }],
  bands: [{ of: [2, 4], fill: "band" }],
});
const norm = chart($("c-norm"), { lines: [{ label: "|theta|", color: "accent" }], describe: described("Curve of |theta|", 1) });
const rate = chart($("c-rate"), {
  lines: [{ label: "lives/s", color: "accent" }], describe: described("Curve of lives a second", 1),
  range: (lo, hi) => [0, (hi || 1) * 1.1],
});
let sigma = null;
let all = null;

function draw() {
  const t = all.tests;
  tests.set([t.generation, t.mean, t.low, t.high]);
  fitness.set([all.generation, all.best, all.upper, all.median, all.lower]);
  norm.set([all.generation, all.norm]);
  rate.set([all.generation, all.rate]);
  if (!sigma && all.sigma.length) {
    const hues = spectrum(all.sigma.length);
    sigma = chart($("c-sigma"), {
      log: true, legend: true, lines: all.sigma.map((_, i) => ({ label: all.tensors[i], color: hues[i], width: 1.25 })),
      describe: (d) => `Curves of the step size of ${d.length - 1} tensors, on a logarithmic scale`,
    });
  }
  sigma?.set([all.generation, ...all.sigma]);
  $("stride").textContent = all.stride > 1 ? `Each point of the four small curves is the mean over ${all.stride} generations; sigma and |theta| are those of the last of them.` : "";
  root.dataset.points = String(t.generation.length);
  root.dataset.generation = String(all.generation.at(-1) ?? 0);
}

// join puts what is new behind what there is. A span that was not yet whole comes again, whole.
function join(more) {
  const columns = ["from", "generation", "best", "upper", "median", "lower", "worst", "norm", "rate"];
  while (all.from.length && more.from.length && all.from.at(-1) >= more.from[0]) {
    columns.forEach((c) => all[c].pop());
    all.sigma.forEach((s) => s.pop());
  }
  columns.forEach((c) => all[c].push(...more[c]));
  more.sigma.forEach((s, i) => (all.sigma[i] ??= []).push(...s));
  const last = all.tests.generation.at(-1) ?? -1;
  more.tests.generation.forEach((g, i) => {
    if (g > last) for (const c of ["generation", "mean", "low", "high"]) all.tests[c].push(more.tests[c][i]);
  });
  all.cursor = more.cursor;
  draw();
}

const lists = (s) => {
  for (const k of ["from", "generation", "best", "upper", "median", "lower", "worst", "norm", "rate", "sigma", "tensors"]) s[k] ??= [];
  for (const k of ["generation", "mean", "low", "high"]) s.tests[k] ??= [];
  return s;
};

root.addEventListener("click", async (e) => {
  const what = e.target.dataset?.do;
  if (!what) return;
  e.target.disabled = true;
  if (!(await post(`${base}/${what}`))) e.target.disabled = false;
});

try {
  all = lists(await get(base + "/series"));
  draw();
  follow((cursor) => `${base}/events?after=${cursor || all.cursor}`, {
    run({ html, series }) {
      const open = [...root.querySelectorAll("#facts details[open]")].map((d) => d.className);
      $("facts").innerHTML = html; // the server's own template, escaped there
      for (const d of root.querySelectorAll("#facts details")) d.open = open.includes(d.className);
      join(lists(series));
    },
    workers: (html) => { $("workers").innerHTML = html; },
    reset: () => location.reload(),
  });
} catch (e) {
  say(e.message);
}
