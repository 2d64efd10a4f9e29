// The panels of what goes on inside: weights, state, the way from birth, the space in which lives end.
import { aroundColor, axes, css, diverging, dot, heat, layer, line, paint, rising, room, show, spreadColor, surface } from "./draw.js";

// weights draws W as a heat map, one row for each neuron that listens, one column for each that it listens to.
export function weights(canvas, life, which) {
  const n = Math.sqrt(life.w.length);
  const size = Math.min(room(canvas), 460);
  const { c, width } = surface(canvas, size);
  const most = (which === "d" ? life.moved : life.most) / 2 || 1;
  const value = which === "w" ? (i) => life.w[i] : which === "w0" ? (i) => life.w0[i] : (i) => life.w[i] - life.w0[i];
  const left = (width - size) / 2;
  paint(c, heat(n, n, (x, y) => value(y * n + x) / most, diverging), left, 0, size, size);
  c.strokeStyle = css("edge");
  c.strokeRect(left + 0.5, 0.5, size - 1, size - 1);
  return {
    note: `Rows listen to columns. Blue is negative, orange positive, full color from ±${show(most)} on, half of the largest in this life.`,
    pick(px, py) {
      const x = Math.floor(((px - left) / size) * n);
      const y = Math.floor((py / size) * n);
      if (x < 0 || y < 0 || x >= n || y >= n) return null;
      return `Neuron ${y + 1} from neuron ${x + 1}: ${show(value(y * n + x), 5)}`;
    },
  };
}

// raster draws [step][neuron] as a strip.
export function raster(canvas, values, steps, step, signed) {
  const n = values.length / steps;
  const { c, width, height } = surface(canvas, 150);
  const box = { x: 0, w: width, h: height - 18 };
  paint(c, heat(steps, n, (x, y) => values[x * n + y], signed ? diverging : rising), box.x, 0, box.w, box.h);
  c.strokeStyle = css("ink");
  c.lineWidth = 2;
  c.strokeRect(((step - 1) / steps) * box.w, 1, box.w / steps, box.h - 2);
  c.fillStyle = css("quiet");
  c.textBaseline = "top";
  c.textAlign = "left";
  c.fillText("step 1", 0, box.h + 4);
  c.textAlign = "right";
  c.fillText(String(steps), width, box.h + 4);
}

// way draws a curve over the steps.
export function way(canvas, values, step) {
  const { c, width } = surface(canvas, 170);
  const most = Math.max(...values.map((v) => v ?? 0), 1e-6);
  const box = { x: 48, y: 8, w: width - 60, h: 128 };
  const { x, y } = axes(c, box, [1, Math.max(2, values.length)], [0, most * 1.08], { xLabel: "step" });
  c.strokeStyle = css("accent");
  c.lineWidth = 2;
  line(c, values.map((v, i) => [x(i + 1), y(v)]));
  c.fillStyle = css("accent");
  dot(c, x(step), y(values[step - 1]), 5);
}

// space draws where other lives end, colored by one of their hidden parameters, and this life's path. What does not change
// with the life is drawn once.
const behind = {};
export function space(canvas, place, trace, step, by, range) {
  const { c, width, height } = surface(canvas, Math.min(420, Math.max(260, room(canvas) * 0.75)));
  place.span ??= [0, 1].map((k) => {
    const v = [...place.ends, ...place.paths.flat()].map((p) => p[k]).filter((a) => a != null);
    return [Math.min(...v), Math.max(...v)];
  });
  const span = (k) => {
    let [lo, hi] = place.span[k];
    for (const p of trace ?? []) {
      lo = Math.min(lo, p[k] ?? lo);
      hi = Math.max(hi, p[k] ?? hi);
    }
    return [lo - 0.06 * (hi - lo), hi + 0.06 * (hi - lo)];
  };
  const box = { x: 40, y: 8, w: width - 48, h: height - 44 };
  const [xs, ys] = [span(0), span(1)];
  const tells = place.tells.find((t) => t.key === by) ?? place.tells[0];
  const key = [place.id, by, width, xs, ys, range, css("ground"), devicePixelRatio].join(" ");
  layer(c, behind, key, width, height, (o) => others(o, place, tells, box, xs, ys, range));
  if (!trace?.length) return;
  const x = (v) => box.x + ((v - xs[0]) / (xs[1] - xs[0] || 1)) * box.w;
  const y = (v) => box.y + box.h - ((v - ys[0]) / (ys[1] - ys[0] || 1)) * box.h;
  const points = trace.map(([a, b]) => [x(a), y(b)]);
  c.strokeStyle = css("panel");
  c.lineWidth = 5;
  line(c, points);
  c.strokeStyle = css("ink");
  c.lineWidth = 2.25;
  line(c, points);
  c.fillStyle = css("ink");
  dot(c, ...points[0], 3);
  const [ex, ey] = points.at(-1);
  c.lineWidth = 2;
  c.beginPath();
  c.arc(ex, ey, 8, 0, 2 * Math.PI);
  c.stroke();
  const now = points[Math.min(step, points.length) - 1];
  c.fillStyle = css("warm");
  c.strokeStyle = css("panel");
  c.lineWidth = 1.5;
  dot(c, ...now, 6);
  c.stroke();
}

function others(c, place, tells, box, xs, ys, range) {
  const percent = (k) => `${show(100 * place.explained[k], 2)}%`;
  const { x, y } = axes(c, box, xs, ys, { xLabel: `component 1 (${percent(0)}), upwards 2 (${percent(1)})` });
  c.globalAlpha = 0.35;
  c.strokeStyle = css("quiet");
  c.lineWidth = 0.75;
  for (const p of place.paths) line(c, p.map(([a, b]) => [x(a), y(b)]));
  c.globalAlpha = 1;
  const color = tells?.label.startsWith("φ") ? aroundColor : spreadColor;
  const [lo, hi] = range ?? [Math.min(...tells.values), Math.max(...tells.values)];
  place.ends.forEach(([a, b], i) => {
    c.fillStyle = tells ? color((tells.values[i] - lo) / (hi - lo || 1)) : css("quiet");
    dot(c, x(a), y(b), 4);
  });
}
