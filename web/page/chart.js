// Curves by uPlot in the page's colors. A chart is redrawn when its data, the window or the theme changes.
/* global uPlot */

export const color = (name) => getComputedStyle(document.documentElement).getPropertyValue("--" + name).trim();

export const digits = (v) => {
  if (v == null) return "–";
  const a = Math.abs(v);
  const text = a >= 1e6 ? (v / 1e6).toFixed(2) + " M" : a >= 1e4 ? (v / 1e3).toFixed(1) + " k" : a >= 100 ? v.toFixed(1) : a >= 0.01 || a === 0 ? v.toFixed(4) : v.toExponential(2);
  return text.replace("-", "−");
};

const tick = (v) => (v == null ? "" : Math.abs(v) >= 1e4 ? (v / 1e3).toLocaleString("en") + " k" : String(+v.toPrecision(4)).replace("-", "−"));

const dark = matchMedia("(prefers-color-scheme: dark)");

// chart draws lines into host. lines: [{label, color, width, dash, hidden}], bands: [{of: [upper, lower], fill}], by number of line
// from 1; range(min, max) may narrow the y axis; log makes it logarithmic. What is returned takes data: [x, line, line...].
export function chart(host, { lines, bands = [], range, log, height = 220, legend = true, describe }) {
  let data = [[]];
  let plot = null;
  const build = () => {
    plot?.destroy();
    const axis = { stroke: color("quiet"), grid: { stroke: color("grid"), width: 1 }, ticks: { stroke: color("grid"), width: 1, size: 4 }, font: "12px system-ui, sans-serif" };
    plot = new uPlot({
      width: Math.max(200, host.clientWidth), height,
      scales: { x: { time: false }, y: { distr: log ? 3 : 1, range: range && ((u, lo, hi) => range(lo, hi, data)) } },
      legend: { show: legend, live: true },
      cursor: { y: false, points: { size: 6 } },
      axes: [{ ...axis, values: (u, vs) => vs.map(tick) }, { ...axis, size: 62, values: (u, vs) => vs.map(tick) }],
      series: [{ label: "generation", value: (u, v) => (v == null ? "–" : v.toLocaleString("en")) },
        ...lines.map((l) => ({ label: l.label, stroke: l.hidden ? "transparent" : color(l.color) || l.color, width: l.width ?? 1.75, dash: l.dash, spanGaps: true,
          points: { show: (u) => !l.hidden && u.data[0].length === 1 }, value: (u, v) => digits(v) }))], // one number is no line
      bands: bands.map((b) => ({ series: b.of, fill: color(b.fill) || b.fill })),
    }, data, host);
  };
  const set = (fresh) => {
    data = fresh;
    if (!plot) build();
    else plot.setData(data);
    if (describe) host.setAttribute("aria-label", describe(data));
  };
  host.setAttribute("role", "img");
  new ResizeObserver(() => {
    if (plot && Math.abs(plot.width - host.clientWidth) > 1) plot.setSize({ width: host.clientWidth, height });
  }).observe(host);
  dark.addEventListener("change", () => { if (plot) build(); });
  return { set };
}

// spectrum is n colors that differ, for many lines.
export const spectrum = (n) => Array.from({ length: n }, (_, i) => `hsl(${Math.round((360 * i) / n)} 60% ${dark.matches ? 65 : 42}%)`);
