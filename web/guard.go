package web

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"io"
	"net"
	"net/http"
	"strings"
	"time"
)

// Limits of requests. An upload is a genome of at most MaxUpload bytes; no other body is longer than maxBody.
const (
	MaxUpload = 32 << 20
	maxBody   = 1 << 16
	maxURL    = 1 << 13

	uploadPath = "/life/genomes"
)

// Time-outs of the server that cli sets up. Streams of events set their own for each write.
const (
	HeaderTimeout = 10 * time.Second
	ReadTimeout   = time.Minute
	WriteTimeout  = time.Minute
	IdleTimeout   = 2 * time.Minute
)

// policy is the content security policy: nothing but the server's own files, no inline script or style, no frames.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
	"form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// NewToken is 256 random bits as text. Whoever shows it may change state. It travels in the fragment of an address, which
// browsers send to nobody, in the body of a login, and then in a cookie that scripts cannot read.
func NewToken() string {
	b := make([]byte, 32)
	_, _ = rand.Read(b) // never fails
	return base64.RawURLEncoding.EncodeToString(b)
}

// Loopback is the Host of a server on loopback: no other name may lead to it, or a page elsewhere could have its own name
// resolve to this machine and read what is here (DNS rebinding).
func Loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// guard lets through what the rules allow:
//
//   - the Host is one of the server's names;
//   - what changes state comes from a page of this server (Sec-Fetch-Site, Origin) and shows the token;
//   - data is not read from pages of other sites;
//   - beyond loopback everything but the login and the static files shows the token;
//   - addresses and bodies have limits.
func (s *Server) guard(next http.Handler) http.Handler {
	origin := http.NewCrossOriginProtection()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Cache-Control", "no-store")
		refuse := func(code int, why string) { http.Error(w, why, code) }
		open := r.URL.Path == "/login" || strings.HasPrefix(r.URL.Path, "/static/")
		safe := r.Method == http.MethodGet || r.Method == http.MethodHead
		switch {
		case len(r.RequestURI) > maxURL:
			refuse(http.StatusRequestURITooLong, "the address is too long")
			return
		case !s.Host(hostname(r.Host)):
			refuse(http.StatusMisdirectedRequest, "this server is not reached under that name")
			return
		case elsewhere(r):
			refuse(http.StatusForbidden, "not for pages of other sites")
			return
		case origin.Check(r) != nil:
			refuse(http.StatusForbidden, "not from pages of other sites")
			return
		case !open && (s.Public || !safe) && !s.shown(r):
			if s.Public && safe && strings.Contains(r.Header.Get("Accept"), "text/html") {
				http.Redirect(w, r, "/login", http.StatusSeeOther)
				return
			}
			refuse(http.StatusUnauthorized, "the token is missing or of another start of the server: open the address that `baldwin serve` printed")
			return
		}
		limit := int64(maxBody)
		if r.URL.Path == uploadPath {
			limit = MaxUpload
		}
		r.Body = http.MaxBytesReader(w, r.Body, limit)
		next.ServeHTTP(w, r)
	})
}

// elsewhere says that a browser asks for data on behalf of another site's page. Following a link from one is no harm.
func elsewhere(r *http.Request) bool {
	site := r.Header.Get("Sec-Fetch-Site")
	return (site == "cross-site" || site == "same-site") && r.Header.Get("Sec-Fetch-Mode") != "navigate"
}

// hostname is a Host header without its port.
func hostname(host string) string {
	if h, _, err := net.SplitHostPort(host); err == nil {
		return h
	}
	return strings.Trim(host, "[]")
}

// cookieName is the cookie of the token. Cookies do not know ports, so those of two servers on one machine must differ.
func (s *Server) cookieName(r *http.Request) string {
	if s.Public {
		return "__Host-baldwin"
	}
	_, port, _ := net.SplitHostPort(r.Host)
	return "baldwin" + port
}

// shown says that the request shows the token.
func (s *Server) shown(r *http.Request) bool {
	c, err := r.Cookie(s.cookieName(r))
	return err == nil && s.is(c.Value)
}

func (s *Server) is(token string) bool {
	return s.Token != "" && subtle.ConstantTimeCompare([]byte(token), []byte(s.Token)) == 1
}

func (s *Server) loginPage(w http.ResponseWriter, r *http.Request) {
	s.show(w, r, "login.html", page{Title: "Unlock", Script: "app.js", Here: "login"})
}

// login takes the token, as the whole body, for a cookie.
func (s *Server) login(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	switch {
	case err != nil:
		s.fail(w, r, err)
	case !s.is(strings.TrimSpace(string(body))):
		http.Error(w, "that is not the token of this start of the server", http.StatusForbidden)
	default:
		http.SetCookie(w, &http.Cookie{
			Name: s.cookieName(r), Value: s.Token, Path: "/", HttpOnly: true, Secure: s.Public, SameSite: http.SameSiteStrictMode,
		})
		w.WriteHeader(http.StatusNoContent)
	}
}
