// The panel of the world: what the learner meets and what it does, one picture for each family.
import { axes, css, dot, heat, line, paint, rising, room, show, surface } from "./draw.js";
import { height, pictures } from "./stick.js";

// draw shows a life in its world; it returns a note for the panel.
export function draw(canvas, life, portrait, step, values) {
  if (life.path) return robot(canvas, life, step, values);
  if (life.truth) return sequence(canvas, life, portrait, step);
  return signals(canvas, life, portrait, step, values);
}

export const title = (life) => (life.path ? "The robot on its plane" : life.truth ? "Truth and prediction" : "What it sees and does");

function sequence(canvas, life, portrait, step) {
  const dims = portrait.act;
  const each = dims === 1 ? 440 : 170;
  const { c, width } = surface(canvas, each * dims + 20);
  const last = life.truth.length - 1;
  const errors = [];
  for (let d = 0; d < dims; d++) {
    const truth = life.truth.map((row) => row[d]);
    const seen = [];
    const told = [];
    for (let s = 0; s < life.steps; s++) {
      if (s < life.seen) seen.push([s + life.obsAt, life.obs[s * portrait.obs + d]]);
      if (s >= life.scored) told.push([s + life.actAt, life.act[s * dims + d]]);
    }
    const most = Math.max(1, ...truth.map(Math.abs), ...told.map((p) => Math.min(6, Math.abs(p[1])))) * 1.08;
    const box = { x: 40, y: each * d + 8, w: width - 56, h: each - 36 };
    const { x, y } = axes(c, box, [0, last], [-most, most], d === dims - 1 ? { xLabel: "time" } : {});
    c.fillStyle = css("band");
    c.fillRect(x(0), box.y, x(life.seen + life.obsAt - 1) - x(0), box.h);
    c.fillStyle = css("quiet");
    c.textAlign = "left";
    c.textBaseline = "top";
    if (d === 0) c.fillText("seen, plastic", x(0) + 6, box.y + 4);
    c.strokeStyle = css("quiet");
    c.lineWidth = 1.5;
    line(c, truth.map((v, t) => [x(t), y(v)]));
    c.fillStyle = css("ink");
    for (const [t, v] of seen) dot(c, x(t), y(v), 3);
    c.save();
    c.beginPath();
    c.rect(box.x, box.y, box.w + 6, box.h);
    c.clip();
    c.strokeStyle = c.fillStyle = css("warm");
    c.lineWidth = 2.25;
    line(c, told.map(([t, v]) => [x(t), y(v)]));
    for (const [t, v] of told) dot(c, x(t), y(v), 3.5);
    c.restore();
    const now = step - 1 >= life.scored ? step - 1 + life.actAt : step - 1 + life.obsAt;
    c.strokeStyle = css("accent");
    c.lineWidth = 1.5;
    line(c, [[x(now), box.y], [x(now), box.y + box.h]]);
    if (step - 1 >= life.scored) errors.push(life.act[(step - 1) * dims + d] - truth[now]);
  }
  const note = errors.length
    ? `At step ${step} it predicts ${list(life, portrait, step)}; the truth is ${errors.map((e, d) => show(life.act[(step - 1) * dims + d] - e)).join(", ")}.`
    : `At step ${step} it sees ${Array.from({ length: dims }, (_, d) => show(life.obs[(step - 1) * portrait.obs + d])).join(", ")}.`;
  return `Dots: what it is shown. Orange: what it predicts, fed back to itself. Line: the truth. ${note}`;
}

const list = (life, portrait, step) => Array.from({ length: portrait.act }, (_, d) => show(life.act[(step - 1) * portrait.act + d])).join(", ");

// plane is the part of the world that the robot's panel shows: the goals' square, or more where the path leaves it.
export function plane(life) {
  let most = 0.6;
  for (const [x, y] of life.path) most = Math.max(most, Math.min(2, Math.abs(x) * 1.05), Math.min(2, Math.abs(y) * 1.05));
  for (const v of life.goal) most = Math.max(most, Math.abs(v) * 1.1);
  return most;
}

export const robotHeight = (width) => Math.min(width, 460);

function robot(canvas, life, step, values) {
  const size = robotHeight(room(canvas));
  const { c, width } = surface(canvas, size);
  const most = plane(life);
  const left = (width - size) / 2;
  const x = (v) => left + ((v + most) / (2 * most)) * size;
  const y = (v) => size - ((v + most) / (2 * most)) * size;
  const [gx, gy] = life.goal;
  const strength = (px, py) => Math.max(0, values.a0 - values.k * Math.log(Math.max(1e-6, Math.hypot(px - gx, py - gy)) / 0.02));
  const n = 96;
  const top = Math.max(0.1, values.a0);
  paint(c, heat(n, n, (i, j) => (strength(((i + 0.5) / n) * 2 * most - most, most - ((j + 0.5) / n) * 2 * most) / top) * 0.75, rising), left, 0, size, size, true);
  c.lineWidth = 1;
  c.strokeStyle = css("edge");
  c.strokeRect(left + 0.5, 0.5, size - 1, size - 1);
  // Where the signal is gone, if that is in sight.
  const reach = 0.02 * Math.exp(values.a0 / values.k);
  if (reach < 3 * most) {
    c.save();
    c.beginPath();
    c.rect(left, 0, size, size);
    c.clip();
    c.strokeStyle = css("quiet");
    c.setLineDash([4, 4]);
    c.lineWidth = 1;
    c.beginPath();
    c.arc(x(gx), y(gy), (reach * size) / (2 * most), 0, 2 * Math.PI);
    c.stroke();
    c.restore();
  }
  const path = life.path;
  c.strokeStyle = css("quiet");
  c.lineWidth = 1.25;
  line(c, path.slice(step).map((p) => [x(p[0]), y(p[1])]));
  c.strokeStyle = css("warm");
  c.lineWidth = 2.25;
  line(c, path.slice(0, step + 1).map((p) => [x(p[0]), y(p[1])]));
  c.fillStyle = css("ink");
  dot(c, x(path[0][0]), y(path[0][1]), 4);
  const at = path[Math.min(step, path.length - 1)];
  const before = path[Math.max(0, Math.min(step, path.length - 1) - 1)];
  const angle = Math.atan2(y(at[1]) - y(before[1]), x(at[0]) - x(before[0]));
  c.save();
  c.translate(x(at[0]), y(at[1]));
  c.rotate(angle);
  c.fillStyle = css("warm");
  c.strokeStyle = css("panel");
  c.lineWidth = 1.5;
  c.beginPath();
  c.moveTo(11, 0);
  c.lineTo(-7, 7);
  c.lineTo(-4, 0);
  c.lineTo(-7, -7);
  c.closePath();
  c.fill();
  c.stroke();
  c.restore();
  c.strokeStyle = css("ink");
  c.fillStyle = css("panel");
  c.lineWidth = 2;
  c.beginPath();
  c.arc(x(gx), y(gy), Math.max(8, (0.02 * size) / (2 * most)), 0, 2 * Math.PI);
  c.fill();
  c.stroke();
  c.fillStyle = css("ink");
  dot(c, x(gx), y(gy), 2.5);
  const d = Math.hypot(at[0] - gx, at[1] - gy);
  return `It sees the strength of a signal (strongest at the goal; a dashed circle is where it is gone) and its own last action, not where it is. ` +
    `Drag the goal, or move it with the arrow keys. At step ${step} it reads ${show(life.obs[3 * (step - 1) + 2])} and then is ${show(d)} away.`;
}

// signals is all that is observed and done, over the steps; above it a picture of the step, if the family has one.
function signals(canvas, life, portrait, step, values) {
  const picture = pictures[portrait.family];
  const top = picture ? height : 0;
  const { c, width } = surface(canvas, 400 + top);
  const at = (v, n) => Array.from(v.slice((step - 1) * n, step * n));
  const [obs, act] = [at(life.obs, portrait.obs), at(life.act, portrait.act)];
  if (picture) picture.draw(c, width, obs, act, values);
  [[life.obs, portrait.obs, picture?.sees], [life.act, portrait.act]].forEach(([v, n, names], r) => {
    let most = 0.1;
    for (const a of v) if (Math.abs(a) > most) most = Math.abs(a);
    const box = { x: 48, y: top + 200 * r + 18, w: width - 60, h: 152 };
    const { x, y } = axes(c, box, [1, Math.max(2, life.steps)], [-most, most], r === 1 ? { xLabel: "step" } : {});
    let key = box.x;
    for (let d = 0; d < n; d++) {
      c.strokeStyle = c.fillStyle = css("c" + (d % 8));
      c.lineWidth = 1.5;
      line(c, Array.from({ length: life.steps }, (_, s) => [x(s + 1), y(v[s * n + d])]));
      if (!names) continue;
      c.textAlign = "left";
      c.textBaseline = "bottom";
      c.fillText(names[d], key, box.y - 4);
      key += c.measureText(names[d]).width + 10;
    }
    c.strokeStyle = css("accent");
    line(c, [[x(step), box.y], [x(step), box.y + box.h]]);
  });
  const tells = picture ? picture.tells(obs, act, values) : `It does ${list(life, portrait, step)}.`;
  return `Upper curves: what it sees; lower: what it does. At step ${step}: ${tells}`;
}
