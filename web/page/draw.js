// Drawing on canvases: size, theme, colors, and the pictures that several panels share.

export const dark = matchMedia("(prefers-color-scheme: dark)");

// css is a color of the page, looked up once for each theme.
const colors = new Map();
dark.addEventListener("change", () => colors.clear());
export function css(name) {
  if (!colors.has(name)) colors.set(name, getComputedStyle(document.documentElement).getPropertyValue("--" + name).trim());
  return colors.get(name);
}

// layer is a picture that is drawn once and kept until its key changes: what stands behind what moves.
export function layer(c, kept, key, width, height, draw) {
  if (kept.key !== key) {
    const scale = devicePixelRatio || 1;
    kept.key = key;
    kept.image = new OffscreenCanvas(Math.round(width * scale), Math.round(height * scale));
    const o = kept.image.getContext("2d");
    o.setTransform(scale, 0, 0, scale, 0, 0);
    o.font = c.font;
    o.lineJoin = o.lineCap = "round";
    draw(o);
  }
  c.drawImage(kept.image, 0, 0, width, height);
}

// room is the width that a canvas has in its panel.
export const room = (canvas) => Math.max(120, Math.floor(canvas.parentElement.clientWidth - pad(canvas.parentElement)));

// surface gives a canvas all its room and a height, and returns its context in CSS pixels.
export function surface(canvas, height) {
  const width = room(canvas);
  const scale = devicePixelRatio || 1;
  if (canvas.width !== Math.round(width * scale) || canvas.height !== Math.round(height * scale)) {
    canvas.width = Math.round(width * scale);
    canvas.height = Math.round(height * scale);
  }
  const c = canvas.getContext("2d");
  c.setTransform(scale, 0, 0, scale, 0, 0);
  c.clearRect(0, 0, width, height);
  c.font = "12px system-ui, sans-serif";
  c.lineJoin = "round";
  c.lineCap = "round";
  return { c, width, height };
}

function pad(el) {
  const s = getComputedStyle(el);
  return parseFloat(s.paddingLeft) + parseFloat(s.paddingRight);
}

// rgb reads #rrggbb.
const rgb = (hex) => [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16));

function ramp(stops) {
  const at = stops.map(rgb);
  return (t) => {
    const x = Math.min(1, Math.max(0, t)) * (at.length - 1);
    const i = Math.min(at.length - 2, Math.floor(x));
    return at[i].map((a, k) => a + (at[i + 1][k] - a) * (x - i));
  };
}

// A table is 256 colors as an image holds them, so that a picture costs a look-up for each pixel.
const table = (stops) => {
  const r = ramp(stops);
  return Uint32Array.from({ length: 256 }, (_, i) => {
    const [red, green, blue] = r(i / 255);
    return 0xff000000 | (blue << 16) | (green << 8) | red;
  });
};

// diverging is for -1..1, around the panel's own color; rising is for 0..1.
const tables = {
  diverging: [table(["#0b3a8f", "#6f9be8", "#ffffff", "#ef9a63", "#a33a05"]), table(["#9ec5ff", "#3d74d6", "#1b1f23", "#d2642c", "#ffc08a"])],
  rising: [table(["#ffffff", "#a8d8d0", "#2c8d80", "#06332e"]), table(["#1b1f23", "#1d5c55", "#5cc8b8", "#e9fffb"])],
};
export const diverging = { at: (v) => 127.5 * (v + 1), name: "diverging" };
export const rising = { at: (v) => 255 * v, name: "rising" };
// spread is for points on the page's ground; around is its form for angles.
const spread = ramp(["#3f4fc4", "#1e8aa8", "#3c9a4b", "#c08a10", "#cf4a1c"]);
export const spreadColor = (t) => `rgb(${spread(t).map(Math.round).join(" ")})`;
export const aroundColor = (t) => `hsl(${Math.round(360 * t)} 65% ${dark.matches ? 62 : 45}%)`;

// heat is an image of columns x rows numbers, at(column, row), each through a scale's colors.
export function heat(columns, rows, at, scale) {
  const colors = tables[scale.name][dark.matches ? 1 : 0];
  const image = new ImageData(columns, rows);
  const out = new Uint32Array(image.data.buffer);
  for (let y = 0, i = 0; y < rows; y++) {
    for (let x = 0; x < columns; x++, i++) out[i] = colors[Math.max(0, Math.min(255, scale.at(at(x, y)) | 0))];
  }
  const off = new OffscreenCanvas(columns, rows);
  off.getContext("2d").putImageData(image, 0, 0);
  return off;
}

// paint puts a heat image into a rectangle, pixel by pixel.
export function paint(c, image, x, y, w, h, smooth = false) {
  c.imageSmoothingEnabled = smooth;
  c.drawImage(image, x, y, w, h);
}

// axes is a frame with a scale: x and y map numbers to pixels.
export function axes(c, box, xs, ys, { xLabel, ticks = 4, marks } = {}) {
  const x = (v) => box.x + ((v - xs[0]) / (xs[1] - xs[0] || 1)) * box.w;
  const y = (v) => box.y + box.h - ((v - ys[0]) / (ys[1] - ys[0] || 1)) * box.h;
  c.strokeStyle = css("grid");
  c.fillStyle = css("quiet");
  c.lineWidth = 1;
  c.textBaseline = "middle";
  c.textAlign = "right";
  for (const v of nice(ys, ticks)) {
    line(c, [[box.x, y(v)], [box.x + box.w, y(v)]]);
    c.fillText(show(v), box.x - 6, y(v));
  }
  c.textBaseline = "top";
  c.textAlign = "center";
  for (const v of marks ?? nice(xs, Math.max(2, Math.floor(box.w / 70)))) c.fillText(show(v), x(v), box.y + box.h + 5);
  if (xLabel) {
    c.textAlign = "right";
    c.fillText(xLabel, box.x + box.w, box.y + box.h + 19);
  }
  return { x, y };
}

function nice([lo, hi], n) {
  const raw = (hi - lo) / n || 1;
  const unit = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map((k) => k * unit).find((s) => s >= raw);
  const out = [];
  for (let v = Math.ceil(lo / step) * step; v <= hi + 1e-9; v += step) out.push(Math.abs(v) < 1e-12 ? 0 : v);
  return out;
}

export function line(c, points) {
  c.beginPath();
  let down = false;
  for (const p of points) {
    if (!p || p[1] == null || Number.isNaN(p[1])) { down = false; continue; }
    if (down) c.lineTo(p[0], p[1]);
    else c.moveTo(p[0], p[1]);
    down = true;
  }
  c.stroke();
}

export function dot(c, x, y, r) {
  c.beginPath();
  c.arc(x, y, r, 0, 2 * Math.PI);
  c.fill();
}

// show writes a number for eyes.
export function show(v, n = 3) {
  if (v == null || Number.isNaN(v)) return "–";
  return String(+(+v).toPrecision(n)).replace("-", "−");
}

// numbers reads base64 of little-endian float32.
export function numbers(text) {
  if (!text) return null;
  const raw = atob(text);
  const bytes = new Uint8Array(raw.length);
  for (let i = 0; i < raw.length; i++) bytes[i] = raw.charCodeAt(i);
  return new Float32Array(bytes.buffer);
}
