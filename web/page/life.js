// The life explorer. The address is its whole state: every change goes into the address, and what is shown comes from it.
import { get, post, say } from "./app.js";
import { dark, numbers, show } from "./draw.js";
import { buildDials, buildLesions, readLesions } from "./controls.js";
import * as panels from "./panels.js";
import * as world from "./world.js";

const $ = (id) => document.getElementById(id);
const q = new URLSearchParams(location.search);
const look = { show: "w", space: "W", by: "" }; // what the page shows of it; in the address too, where it is not this
for (const k of Object.keys(look)) look[k] = q.get(k) ?? look[k];

let portrait = null;
let life = null;
let place = null;

// asked is the address's query for the server: without what only the page knows.
function asked(without = []) {
  const p = new URLSearchParams(q);
  for (const k of ["show", "by", ...without]) p.delete(k);
  p.set("space", look.space);
  return p;
}

let written = 0;
function write() {
  for (const [k, v] of Object.entries(look)) {
    if ((k === "show" && v === "w") || (k === "space" && v === "W") || !v) q.delete(k);
    else q.set(k, v);
  }
  clearTimeout(written);
  written = setTimeout(() => history.replaceState(null, "", "?" + q), 150); // browsers bound how often
  for (const what of ["genome", "case"]) $("get-" + what).href = `/life/${what}?${asked()}`;
}

// latest makes of a slow function one that runs once at a time, and once more if it was called meanwhile.
function latest(f) {
  let busy = false;
  let again = false;
  return async () => {
    if (busy) { again = true; return; }
    busy = true;
    do {
      again = false;
      try {
        await f();
      } catch (e) {
        say(e.message);
      }
    } while (again);
    busy = false;
  };
}

const values = () => Object.fromEntries((portrait?.dials ?? []).map((d) => [d.key, q.has(d.key) ? +q.get(d.key) : d.value]));

export const live = latest(async () => {
  const begun = performance.now();
  const got = await get("/life/data?" + asked());
  for (const k of ["obs", "act", "h", "m", "w", "w0"]) got[k] = numbers(got[k]);
  life = got;
  say("");
  draw();
  document.body.dataset.took = (performance.now() - begun).toFixed(1); // for measuring
  document.body.dataset.lives = String(1 + Number(document.body.dataset.lives ?? 0));
});

const lay = latest(async () => {
  const key = look.space;
  const has = key === "h" ? portrait.forgets : portrait.plastic;
  if (!has) { place = null; draw(); return; }
  const p = asked(["step", "seed", ...portrait.dials.map((d) => d.key)]);
  $("space-note").textContent = "Living 128 other lives …";
  try {
    place = await get("/life/space?" + p);
    place.id = p; // another address is another picture
    told = "";
  } catch (e) {
    place = null;
    $("space-note").textContent = e.message;
    return;
  }
  await live();
});

function draw() {
  if (!life || !portrait) return;
  const step = Math.min(+(q.get("step") ?? life.steps) || life.steps, life.steps);
  $("step").max = life.steps;
  $("step").value = step;
  $("at").value = `${step} of ${life.steps}`;
  $("fitness").value = show(life.fitness, 4);
  $("h-world").textContent = world.title(life);
  $("world").tabIndex = life.path ? 0 : -1;
  describe($("world"), $("world-note"), world.draw($("world"), life, portrait, step, values()));
  $("p-w").hidden = $("p-way").hidden = !life.w;
  $("p-state").hidden = !life.h;
  $("p-m").hidden = !life.m;
  if (life.w) {
    const w = panels.weights($("w"), life, look.show);
    describe($("w"), $("w-note"), w.note);
    picker = w.pick;
    panels.way($("way"), life.way, step);
    $("way").setAttribute("aria-label", `Distance of W from birth: ${show(life.way[step - 1])} at step ${step}, ${show(life.way.at(-1))} at the end`);
  }
  if (life.h) {
    panels.raster($("h"), life.h, life.steps, step, true);
    $("h").setAttribute("aria-label", `h of ${life.h.length / life.steps} neurons over ${life.steps} steps`);
    if (life.m) {
      panels.raster($("m"), life.m, life.steps, step, false);
      $("m").setAttribute("aria-label", "m of each neuron over the steps");
    }
    $("state-note").textContent = `Blue is −1, orange 1${life.m ? "; for m blank is 0, full color 1" : ""}. The frame is step ${step}.`;
  }
  $("p-space").hidden = !portrait.plastic && !portrait.forgets;
  if (place) {
    tells();
    const d = portrait.dials.find((o) => o.key === look.by);
    panels.space($("space"), place, life.trace, step, look.by, d && [d.min, d.max]);
    $("space").setAttribute("aria-label", `Where ${look.space} ends in ${place.ends.length} lives, colored by ${d?.label ?? look.by}; and this life's path`);
  }
  $("command").textContent = life.command;
  $("about").textContent = `${portrait.learner} on ${portrait.family}, ${portrait.parameters.toLocaleString("en")} parameters; ${life.origin}; theta ${life.hash.slice(0, 12)}. Fitness: ${portrait.explain}.`;
}

function describe(canvas, note, text) {
  canvas.setAttribute("aria-label", text);
  note.textContent = text;
}

// tells lists how much of each hidden parameter can be told from where lives end; a press colors by it.
let told = "";
function tells() {
  if (!place.tells.some((t) => t.key === look.by)) look.by = place.tells.toSorted((a, b) => b.r2 - a.r2)[0]?.key ?? "";
  if (told === look.by) return;
  told = look.by;
  $("tells").replaceChildren(...place.tells.map((t) => {
    const b = document.createElement("button");
    b.type = "button";
    b.setAttribute("aria-pressed", String(t.key === look.by));
    b.dataset.by = t.key;
    const meter = document.createElement("meter");
    meter.max = 1;
    meter.value = t.r2;
    meter.setAttribute("aria-hidden", "true");
    b.append(t.label, meter, `${Math.round(100 * t.r2)}%`);
    return b;
  }));
  $("space-note").textContent = `Each dot is where ${look.space === "h" ? "h" : "W"} ends in one of ${place.ends.length} other lives, in the plane in which those ends differ most; the black line is this life. ` +
    `Bars: how much of a hidden parameter a linear fit tells from the ends' first four components; by chance ${Math.round(400 / place.ends.length)}%. Press one to color by it.`;
}

// Canvases are drawn anew when their width or the theme changes.
let redraw = 0;
const soon = () => { cancelAnimationFrame(redraw); redraw = requestAnimationFrame(draw); };
new ResizeObserver(soon).observe($("stage"));
dark.addEventListener("change", soon);

let picker = null;
$("w").addEventListener("pointermove", (e) => {
  const text = picker?.(e.offsetX, e.offsetY);
  if (text) $("w-note").textContent = text;
});

// change sets what is hidden from the learner, and lives anew.
function change(key, value) {
  q.set(key, String(value));
  write();
  live();
}

async function open() {
  try {
    portrait = await get("/life/portrait?" + asked());
  } catch (e) {
    say(e.message);
    return;
  }
  buildDials($("dials"), portrait, q, (key, value) => { change(key, value); if (key.startsWith("family.")) lay(); });
  buildLesions($("lesions"), portrait, q.getAll("lesion"), () => {
    q.delete("lesion");
    for (const l of readLesions($("lesions"))) q.append("lesion", l);
    write();
    live();
    lay();
  });
  if (!portrait.plastic && portrait.forgets) look.space = "h";
  for (const name of ["show", "space"]) for (const r of document.getElementsByName(name)) r.checked = r.value === look[name];
  document.querySelector('[name="space"][value="h"]').parentElement.hidden = !portrait.forgets;
  document.querySelector('[name="space"][value="W"]').parentElement.hidden = !portrait.plastic;
  write();
  await live();
  lay();
}

const only = (...keep) => { for (const k of [...q.keys()]) if (!keep.includes(k)) q.delete(k); };

$("genome").addEventListener("change", (e) => {
  only();
  q.set("genome", e.target.value);
  life = place = null;
  look.by = "";
  open();
});
$("another").addEventListener("click", () => {
  const seed = 1 + Number(q.get("seed") ?? 1);
  only("genome", "lesion", "family.noise", "show", "space", "by");
  q.set("seed", seed);
  open();
});
const setStep = (v) => { q.set("step", v); write(); draw(); live(); };
$("step").addEventListener("input", (e) => { stop(); setStep(e.target.value); });
let playing = 0;
function stop() {
  clearInterval(playing);
  playing = 0;
  $("play").setAttribute("aria-pressed", "false");
  $("play").textContent = "Play";
}
$("play").addEventListener("click", () => {
  if (playing) { stop(); return; }
  if (+$("step").value >= life.steps) setStep(1);
  $("play").setAttribute("aria-pressed", "true");
  $("play").textContent = "Pause";
  playing = setInterval(() => {
    const s = +$("step").value;
    if (s >= life.steps) stop();
    else setStep(s + 1);
  }, 90);
});
document.addEventListener("change", (e) => {
  if (e.target.name === "show") { look.show = e.target.value; write(); draw(); }
  if (e.target.name === "space") { look.space = e.target.value; write(); lay(); }
});
$("tells").addEventListener("click", (e) => {
  const b = e.target.closest("button");
  if (!b) return;
  look.by = b.dataset.by;
  write();
  draw();
  document.querySelector(`#tells [data-by="${CSS.escape(look.by)}"]`)?.focus();
});
$("controls").addEventListener("submit", (e) => e.preventDefault());
$("copy").addEventListener("click", async () => {
  history.replaceState(null, "", "?" + q);
  try {
    await navigator.clipboard.writeText(location.href);
    $("copied").textContent = "Copied.";
  } catch {
    $("copied").textContent = "It is in the address bar.";
  }
});
$("up")?.addEventListener("click", async () => {
  const form = new FormData();
  const [genome] = $("up-genome").files;
  const [spec] = $("up-spec").files;
  if (!genome) { say("Choose a genome file first."); return; }
  form.append("genome", genome);
  if (spec) form.append("spec", spec);
  const made = await post("/life/genomes", form);
  if (!made) return;
  $("genome").append(new Option(genome.name, made.genome, true, true));
  $("genome").dispatchEvent(new Event("change"));
});

// The robot's goal is dragged, or moved by the arrow keys.
function goalTo(x, y) {
  const bound = (v) => Math.round(Math.max(-1, Math.min(1, v)) * 1000) / 1000;
  q.set("goal.0", bound(x));
  q.set("goal.1", bound(y));
  for (const k of ["goal.0", "goal.1"]) for (const i of document.querySelectorAll(`[data-key="${k}"]`)) i.value = q.get(k);
  write();
  live();
}
let dragging = false;
const canvas = $("world");
function drag(e) {
  const size = world.robotHeight(canvas.clientWidth);
  const left = (canvas.clientWidth - size) / 2;
  goalTo(((e.offsetX - left) / size) * 2 * grip - grip, grip - (e.offsetY / size) * 2 * grip);
}
let grip = 0.6; // the plane's half width, held while dragging so that it does not slip away
canvas.addEventListener("pointerdown", (e) => {
  if (!life?.path) return;
  dragging = true;
  grip = world.plane(life);
  canvas.setPointerCapture(e.pointerId);
  drag(e);
});
canvas.addEventListener("pointermove", (e) => { if (dragging) drag(e); });
for (const end of ["pointerup", "pointercancel"]) canvas.addEventListener(end, () => (dragging = false));
canvas.addEventListener("keydown", (e) => {
  const move = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[e.key];
  if (!move || !life?.path) return;
  e.preventDefault();
  const by = e.shiftKey ? 0.1 : 0.02;
  goalTo(life.goal[0] + by * move[0], life.goal[1] + by * move[1]);
});

if (!q.get("genome") && $("genome").value) q.set("genome", $("genome").value);
if (q.get("genome")) {
  const option = [...$("genome").options].find((o) => o.value === q.get("genome"));
  if (option) option.selected = true;
  else $("genome").append(new Option(q.get("genome"), q.get("genome"), true, true));
  open();
} else {
  say("There is no genome to look at yet: begin a run, give baldwin serve a folder by --genomes, or upload one.");
}
