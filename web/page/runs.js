// The list of runs: live lines, the choice of runs to compare, the form that begins one.
import { follow, post } from "./app.js";

const body = document.getElementById("runs");
const form = document.getElementById("compare");
const chosen = document.getElementById("chosen");
const hint = chosen.textContent;

function made(html) {
  const t = document.createElement("template");
  t.innerHTML = html; // the server's own template, escaped there
  return t.content.firstElementChild;
}

// Only cells that differ are touched, so that focus, ticks and selections stay.
function update(old, fresh) {
  const a = old.querySelectorAll("[data-live]");
  const b = fresh.querySelectorAll("[data-live]");
  a.forEach((cell, i) => {
    if (cell.innerHTML !== b[i].innerHTML) cell.replaceChildren(...b[i].childNodes);
  });
}

follow(() => "/events", {
  runs({ changed, order }) {
    for (const { id, html } of changed) {
      const old = document.getElementById("run-" + id);
      const fresh = made(html);
      if (old) update(old, fresh);
      else body.append(fresh);
    }
    const ids = order.map((id) => "run-" + id);
    const keep = new Set(ids);
    for (const row of [...body.children]) if (!keep.has(row.id)) row.remove();
    ids.forEach((id, i) => {
      const row = document.getElementById(id);
      if (row && body.children[i] !== row) body.insertBefore(row, body.children[i]);
    });
    document.getElementById("none").hidden = order.length > 0;
    count();
  },
});

function count() {
  const n = body.querySelectorAll("input:checked").length;
  chosen.textContent = n ? `${n} chosen` : hint;
  form.querySelector("button").disabled = n === 0;
}
body.addEventListener("change", count);
addEventListener("pageshow", count);

// One run dropped onto another: both, and what is ticked, are compared.
let dragged = null;
const row = (e) => e.target.closest?.("tr[data-name]");
body.addEventListener("dragstart", (e) => {
  dragged = row(e);
  e.dataTransfer.effectAllowed = "link";
  e.dataTransfer.setData("text/plain", dragged.dataset.name);
});
body.addEventListener("dragover", (e) => {
  const over = row(e);
  if (!dragged || !over || over === dragged) return;
  e.preventDefault();
  body.querySelector(".over")?.classList.remove("over");
  over.classList.add("over");
});
body.addEventListener("dragend", () => {
  body.querySelector(".over")?.classList.remove("over");
  dragged = null;
});
body.addEventListener("drop", (e) => {
  const over = row(e);
  if (!dragged || !over) return;
  e.preventDefault();
  for (const r of [dragged, over]) r.querySelector("input").checked = true;
  form.requestSubmit();
});

document.getElementById("train")?.addEventListener("submit", async (e) => {
  e.preventDefault();
  const button = e.target.querySelector("button");
  button.disabled = true;
  const made = await post("/runs", new URLSearchParams(new FormData(e.target)));
  button.disabled = false;
  if (made) location.href = "/runs/" + made.run;
});
