// What every page needs: the token, requests that change state, messages, the stream of events.

const message = document.getElementById("message");

// say tells the reader something went wrong; an empty text takes it away.
export function say(text) {
  message.textContent = text;
  message.hidden = !text;
}

// post sends a request that changes state, and returns what is answered, or null after telling what went wrong.
export async function post(url, body) {
  say("");
  try {
    const r = await fetch(url, { method: "POST", body });
    const text = await r.text();
    if (r.ok) return text && r.headers.get("Content-Type")?.includes("json") ? JSON.parse(text) : {};
    say(text.trim());
  } catch {
    say("The server does not answer.");
  }
  return null;
}

// get reads JSON; it throws with the server's words.
export async function get(url, signal) {
  const r = await fetch(url, { signal });
  if (!r.ok) throw new Error((await r.text()).trim());
  return r.json();
}

// unlock takes a token for a cookie.
async function unlock(token) {
  const ok = await post("/login", token);
  if (ok) location.replace(location.pathname === "/login" ? "/" : location.pathname + location.search);
}

// The token comes in the fragment, which browsers send to nobody, and leaves the address at once.
const shown = new URLSearchParams(location.hash.slice(1)).get("token");
if (shown) {
  history.replaceState(null, "", location.pathname + location.search);
  unlock(shown);
}
document.getElementById("login")?.addEventListener("submit", (e) => {
  e.preventDefault();
  unlock(new FormData(e.target).get("token"));
});

// follow opens a stream of events and keeps it: the browser reconnects by itself and says what it had last; a page that
// is hidden lets go, for a browser has few connections, and goes on where it was when it is seen again.
// url(cursor) is the address; on maps names of events to what takes their data.
export function follow(url, on) {
  const live = document.getElementById("live");
  let source = null;
  let cursor = "";
  const tell = (state, text) => {
    live.hidden = false;
    live.dataset.state = state;
    live.textContent = text;
  };
  const open = () => {
    source = new EventSource(url(cursor));
    source.onopen = () => tell("on", "live");
    source.onerror = () => {
      tell("off", "reconnecting");
      if (source.readyState === EventSource.CLOSED) { // the server refused: try again all the same
        source = null;
        setTimeout(() => { if (!source && !document.hidden) open(); }, 2000);
      }
    };
    for (const [name, take] of Object.entries(on)) {
      source.addEventListener(name, (e) => {
        if (e.lastEventId) cursor = e.lastEventId;
        take(JSON.parse(e.data));
      });
    }
  };
  const close = () => {
    source?.close();
    source = null;
  };
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) close();
    else if (!source) open();
  });
  addEventListener("pagehide", close);
  addEventListener("pageshow", () => { if (!source) open(); });
  if (!source) open();
}
