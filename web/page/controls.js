// Sliders and switches of the explorer, made of what the server says there is.

const made = (tag, attributes = {}, ...inside) => {
  const e = document.createElement(tag);
  for (const [k, v] of Object.entries(attributes)) {
    if (v === true) e.setAttribute(k, "");
    else if (v !== false && v != null) e.setAttribute(k, v);
  }
  e.append(...inside);
  return e;
};

// coarse is a step of about a 200th of the range, in round numbers.
function coarse(range) {
  const raw = range / 200 || 0.01;
  const unit = 10 ** Math.floor(Math.log10(raw));
  return +([1, 2, 5, 10].find((k) => k * unit >= raw) * unit).toPrecision(1);
}

// buildDials makes a slider and a number for each hidden parameter; set(key, value) is called as they move.
export function buildDials(host, portrait, q, set) {
  const rows = [...portrait.dials, ...portrait.settings].map((d) => {
    const value = q.has(d.key) ? +q.get(d.key) : d.value;
    const step = coarse(d.max - d.min);
    const id = "dial-" + d.key.replaceAll(".", "-");
    const places = Math.max(0, -Math.floor(Math.log10(step)));
    const slider = made("input", { type: "range", id, "data-key": d.key, min: d.min, max: d.max, step });
    const field = made("input", { type: "number", "data-key": d.key, step: "any", "aria-label": d.label + " as a number" });
    slider.value = value;
    field.value = +value.toFixed(Math.min(4, places + 1));
    slider.addEventListener("input", () => { field.value = slider.value; set(d.key, slider.value); });
    field.addEventListener("input", () => {
      if (field.value === "" || !Number.isFinite(+field.value)) return;
      slider.value = field.value;
      set(d.key, field.value);
    });
    return made("div", { class: "dial" }, made("label", { for: id }, d.label), slider, field);
  });
  host.replaceChildren(...rows);
}

// buildLesions makes the switches that have a meaning for this learner, set as the words of the address say.
export function buildLesions(host, portrait, words, changed) {
  const now = new Map(words.map((w) => { const [k, v] = w.split("="); return [k === "zero" ? w : k, v]; }));
  const timed = [
    ["freeze", "Plasticity off from step", portrait.plastic],
    ["reset-w", "W reset before step", portrait.rewires],
    ["reset-h", "h reset before step", portrait.forgets],
    ["transplant", "W of another life's end before step", portrait.rewires],
  ].filter(([, , has]) => has);
  const rows = timed.map(([word, label]) => {
    const box = made("input", { type: "checkbox", "data-lesion": word });
    const step = made("input", { type: "number", min: 1, max: portrait.steps, step: 1, value: now.get(word) ?? (word === "freeze" || word === "transplant" ? 1 : Math.ceil(portrait.steps / 2)), "aria-label": label });
    box.checked = now.has(word);
    return made("div", { class: "lesion" }, made("label", {}, box, " " + label), step);
  });
  if (portrait.parts?.length) {
    rows.push(made("div", { class: "lesion parts", role: "group", "aria-label": "Parts of the rule taken away" }, made("span", { class: "quiet" }, "Take away"), ...portrait.parts.map((p) => {
      const box = made("input", { type: "checkbox", "data-lesion": "zero=" + p });
      box.checked = now.has("zero=" + p);
      return made("label", {}, box, " " + p);
    })));
  }
  if (!rows.length) rows.push(made("p", { class: "quiet" }, "This learner has nothing that a lesion could take."));
  host.replaceChildren(...rows);
  host.oninput = (e) => {
    if (e.target.type === "number" && !e.target.parentElement.querySelector("[data-lesion]").checked) return;
    changed();
  };
}

// readLesions are the words of the switches that are on.
export function readLesions(host) {
  const words = [];
  for (const box of host.querySelectorAll("[data-lesion]:checked")) {
    const step = box.closest(".lesion").querySelector('input[type="number"]');
    words.push(box.dataset.lesion.startsWith("zero=") ? box.dataset.lesion : `${box.dataset.lesion}=${Math.max(1, Math.round(+step.value) || 1)}`);
  }
  return words;
}
