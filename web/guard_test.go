package web

import (
	"context"
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"
)

// idle is a Trainer that holds a run until it is stopped.
func idle(ctx context.Context, o Order, log io.Writer, began func(string)) error {
	began(o.Resume + o.Name)
	<-ctx.Done()
	return nil
}

const form = "application/x-www-form-urlencoded"

func TestGuard(t *testing.T) {
	w := newWorld(t, func(o *Options) { o.Train = idle })
	w.add("r", 1, 100)
	begin := func(q request) request {
		q.method, q.path, q.body = "POST", "/runs", "preset=seq-l1-k10-n20&name=new"
		if q.header == nil {
			q.header = map[string]string{}
		}
		q.header["Content-Type"] = form
		return q
	}
	for _, c := range []struct {
		name string
		q    request
		want int
	}{
		{"looking needs no token", request{path: "/"}, 200},
		{"by number", request{path: "/", host: "127.0.0.1:80"}, 200},
		{"by IPv6", request{path: "/", host: "[::1]:7421"}, 200},
		{"no port", request{path: "/", host: "localhost"}, 200},
		{"another name", request{path: "/", host: "evil.example:7421"}, 421},
		{"a name that begins like ours", request{path: "/", host: "localhost.evil.example"}, 421},
		{"an address that is not loopback", request{path: "/", host: "10.0.0.1:7421"}, 421},
		{"no name", request{path: "/", host: ":7421"}, 421},
		{"data for another site", request{path: "/runs/r/series", header: map[string]string{"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"}}, 403},
		{"data for a neighbor", request{path: "/events", header: map[string]string{"Sec-Fetch-Site": "same-site"}}, 403},
		{"a link from another site", request{path: "/", header: map[string]string{"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}}, 200},
		{"change without token", begin(request{}), 401},
		{"change with a wrong token", begin(request{token: testToken + "x"}), 401},
		{"change with an empty token", begin(request{header: map[string]string{"Cookie": "baldwin7421="}}), 401},
		{"token in the address", request{method: "POST", path: "/runs/r/stop?token=" + testToken}, 401},
		{"change from another site", begin(request{token: testToken, header: map[string]string{"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "cors"}}), 403},
		{"change linked from another site", begin(request{token: testToken, header: map[string]string{"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}}), 403},
		{"change from another origin", begin(request{token: testToken, header: map[string]string{"Origin": "http://evil.example"}}), 403},
		{"change from another port", begin(request{token: testToken, header: map[string]string{"Origin": "http://localhost:1"}}), 403},
		{"change from no origin", begin(request{token: testToken, header: map[string]string{"Origin": "null"}}), 403},
		{"change from here", begin(request{token: testToken, header: map[string]string{"Origin": "http://localhost:7421"}}), 200},
		{"stop", request{method: "POST", path: "/runs/new/stop", token: testToken}, 202},
		{"stop what another process trains", request{method: "POST", path: "/runs/r/stop", token: testToken}, 400},
		{"stop what is not", request{method: "POST", path: "/runs/none/stop", token: testToken}, 404},
		{"wrong token at the login", request{method: "POST", path: "/login", body: "x"}, 403},
		{"an address without end", request{path: "/?x=" + strings.Repeat("x", maxURL)}, 414},
		{"a body without end", request{method: "POST", path: "/login", body: strings.Repeat("x", maxBody+1)}, 413},
		{"another method", request{method: "DELETE", path: "/runs/r", token: testToken}, 405},
		{"out of the static files", request{path: "/static/" + w.version + "/../guard.go"}, 307},
		{"static files of another version", request{path: "/static/x/style.css"}, 404},
	} {
		got := w.ask(c.q)
		if got.Code != c.want {
			t.Errorf("%s: %d, want %d: %s", c.name, got.Code, c.want, got.Body)
		}
		if got.Header().Get("Content-Security-Policy") != policy {
			t.Errorf("%s: no policy", c.name)
		}
	}
}

// Beyond loopback nothing but the login and the static files is shown without the token.
func TestGuardBeyondLoopback(t *testing.T) {
	w := newWorld(t, func(o *Options) {
		o.Public = true
		o.Host = func(name string) bool { return name == "lab.example" }
	})
	w.add("r", 1, 100)
	for _, path := range []string{"/", "/runs/r", "/runs/r/series", "/events", "/runs/r/events?after=1-0", "/compare?run=r"} {
		if got := w.ask(request{path: path, host: "lab.example"}); got.Code != 401 {
			t.Errorf("%s: %d", path, got.Code)
		}
	}
	for path, want := range map[string]int{"/login": 200, "/static/" + w.version + "/style.css": 200} {
		if got := w.ask(request{path: path, host: "lab.example"}); got.Code != want {
			t.Errorf("%s: %d", path, got.Code)
		}
	}
	page := map[string]string{"Accept": "text/html"}
	if got := w.ask(request{path: "/", host: "lab.example", header: page}); got.Code != http.StatusSeeOther || got.Header().Get("Location") != "/login" {
		t.Errorf("a page: %d to %q", got.Code, got.Header().Get("Location"))
	}
	if got := w.ask(request{path: "/", host: "localhost:7421"}); got.Code != 421 {
		t.Errorf("another name: %d", got.Code)
	}
	got := w.ask(request{method: "POST", path: "/login", host: "lab.example", body: testToken})
	cookie := got.Header().Get("Set-Cookie")
	for _, part := range []string{"__Host-baldwin=", "Path=/", "HttpOnly", "Secure", "SameSite=Strict"} {
		if !strings.Contains(cookie, part) {
			t.Errorf("the cookie %q lacks %s", cookie, part)
		}
	}
	if got := w.ask(request{path: "/", host: "lab.example", token: testToken}); got.Code != 200 {
		t.Errorf("with the token: %d", got.Code)
	}
}

func TestLogin(t *testing.T) {
	w := newWorld(t, nil)
	got := w.ask(request{method: "POST", path: "/login", body: testToken + "\n"})
	cookie := got.Header().Get("Set-Cookie")
	if got.Code != 204 || !strings.HasPrefix(cookie, "baldwin7421="+testToken+";") || !strings.Contains(cookie, "SameSite=Strict") || !strings.Contains(cookie, "HttpOnly") {
		t.Errorf("%d, %q", got.Code, cookie)
	}
	if a, b := NewToken(), NewToken(); a == b || len(a) != 43 {
		t.Errorf("tokens %q and %q", a, b)
	}
}

// No page has a script, style or handler inside, which its policy would not run anyway, and all that it loads is its own.
func TestPagesAreStrict(t *testing.T) {
	w := newWorld(t, func(o *Options) { o.Train = idle })
	w.add("r", 1, 1100)
	inline := regexp.MustCompile(`(?i)<script[^>]*>[^<]|<style| style=| on[a-z]+=|javascript:|(src|href)="(https?:)?//`)
	for _, path := range []string{"/", "/runs/r", "/compare?run=r", "/compare", "/login"} {
		got := w.ask(request{path: path, token: testToken})
		if found := inline.FindString(got.Body.String()); got.Code != 200 || found != "" {
			t.Errorf("%s: %d, %q", path, got.Code, found)
		}
	}
}

// What a store made elsewhere calls its runs is text, and no part of the page.
func TestNamesAreEscaped(t *testing.T) {
	w := newWorld(t, nil)
	const evil = `<img src=x onerror=alert(1)>"'`
	r := w.add("r", 1, 1100)
	r.Name, r.Learner, r.Preset = evil, evil, evil
	l, err := w.line(w.ctx, r)
	check(t, err)
	f, err := w.facts(w.ctx, l, true)
	check(t, err)
	for name, data := range map[string]any{"line": l, "facts": f} {
		html := string(must(w.render(name, data)))
		if strings.Contains(html, "<img") || !strings.Contains(html, "&lt;img") {
			t.Errorf("%s: %s", name, html)
		}
	}
}
