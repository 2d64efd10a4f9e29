package cluster

import (
	"bytes"
	"fmt"
	"path/filepath"
	"strings"
)

// Config is the configuration of a nats-server that lets in who holds a key of the authority and is not revoked, with the permissions that
// the embedded server gives. It names the authority's files where they stand now. What a nats-server cannot be told is that a certificate
// is revoked; its holder's nkey is left out, so it is refused all the same.
func (a Authority) Config(listen string) ([]byte, error) {
	all, err := a.Holders()
	if err != nil {
		return nil, err
	}
	dir, err := filepath.Abs(filepath.Join(a.Dir, "server"))
	if err != nil {
		return nil, fmt.Errorf("cluster: keys: %w", err)
	}
	if _, err := LoadKey(dir); err != nil {
		return nil, err
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, `# For nats-server 2.11 or later: nats-server -c THIS. After baldwin keys add or revoke write it again, then: nats-server --signal reload
listen: %q
max_payload: %d
ping_interval: %q
ping_max: %d
jetstream {
  store_dir: "jetstream"
}
tls {
  cert_file: %q
  key_file: %q
  ca_file: %q
  verify: true
  min_version: "1.3"
  timeout: %d
}
authorization {
  timeout: %d
  users: [
`, listen, maxPayload, pingInterval, pingsOut, filepath.Join(dir, fileCert), filepath.Join(dir, fileKey), filepath.Join(dir, fileCA), handshake, handshake)
	for _, h := range all {
		if h.Revoked || h.Role == RoleServer {
			continue
		}
		p := permissions(h)
		fmt.Fprintf(&b, "    # %s, %s\n    { nkey: %s, permissions: {\n      publish: { allow: [%s] }\n      subscribe: { allow: [%s] }\n    } }\n",
			h.Name, h.Role, h.NKey, quoted(p.Publish.Allow), quoted(p.Subscribe.Allow))
	}
	b.WriteString("  ]\n}\n")
	return b.Bytes(), nil
}

func quoted(subjects []string) string {
	var out []string
	for _, s := range subjects {
		out = append(out, fmt.Sprintf("%q", s))
	}
	return strings.Join(out, ", ")
}
