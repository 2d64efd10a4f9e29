// Package mlflow logs to an MLflow tracking server over its REST API, version 2.0
// (https://mlflow.org/docs/latest/rest-api.html). [Client.Experiment] and [Client.Run] find or make what is logged to;
// [Client.Log] sends parameters, tags and metrics in batches of the size that the server takes.
package mlflow

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/sethvargo/go-retry"
)

// A Client talks to one server.
type Client struct {
	// URL is the server's, such as http://127.0.0.1:5000. A user and password in it go as HTTP basic authentication.
	URL string
	// Token, where it is set, goes as a bearer token.
	Token string
	// HTTP is what requests go through; nil: http.DefaultClient.
	HTTP *http.Client
	// Pause is the wait before the first retry, doubled for each one after it; 0: half a second.
	Pause time.Duration
}

// retries is how often a request is sent again that failed on the way or met a server which was busy or restarting.
const retries = 4

// maxAnswer bounds what is read of an answer, in bytes.
const maxAnswer = 8 << 20

// An Error is what the server said against a request.
type Error struct {
	Status  int    // of HTTP
	Code    string `json:"error_code"` // such as RESOURCE_DOES_NOT_EXIST
	Message string `json:"message"`
}

func (e *Error) Error() string {
	text := e.Message
	if e.Code != "" {
		text = e.Code + ": " + text
	}
	return fmt.Sprintf("the server answers %d: %s", e.Status, text)
}

// call posts a request to an endpoint, or gets it if in is url.Values, and decodes the answer.
func (c *Client) call(ctx context.Context, endpoint string, in, out any) error {
	method, path := http.MethodPost, "/api/2.0/mlflow/"+endpoint
	var body []byte
	if query, ok := in.(url.Values); ok {
		method, path = http.MethodGet, path+"?"+query.Encode()
	} else {
		var err error
		if body, err = json.Marshal(in); err != nil {
			return fmt.Errorf("mlflow: %s: %w", endpoint, err)
		}
	}
	answer, err := c.send(ctx, method, path, "application/json", body)
	if err == nil && out != nil {
		if err = json.Unmarshal(answer, out); err != nil {
			err = fmt.Errorf("this is no answer of MLflow (%w): is that the address of a tracking server?", err)
		}
	}
	if err != nil {
		return fmt.Errorf("mlflow: %s: %w", endpoint, err)
	}
	return nil
}

// send sends a request until it has been answered by something other than a passing failure.
func (c *Client) send(ctx context.Context, method, path, kind string, body []byte) (answer []byte, err error) {
	pause := c.Pause
	if pause == 0 {
		pause = 500 * time.Millisecond
	}
	err = retry.Do(ctx, retry.WithMaxRetries(retries, retry.NewExponential(pause)), func(ctx context.Context) error {
		r, err := http.NewRequestWithContext(ctx, method, strings.TrimSuffix(c.URL, "/")+path, bytes.NewReader(body))
		if err != nil {
			return err
		}
		r.Header.Set("Content-Type", kind)
		if c.Token != "" {
			r.Header.Set("Authorization", "Bearer "+c.Token)
		}
		client := c.HTTP
		if client == nil {
			client = http.DefaultClient
		}
		resp, err := client.Do(r)
		if err != nil {
			return retry.RetryableError(err)
		}
		defer resp.Body.Close()
		if answer, err = io.ReadAll(io.LimitReader(resp.Body, maxAnswer)); err != nil {
			return retry.RetryableError(err)
		}
		if resp.StatusCode < 300 {
			return nil
		}
		fault := &Error{Status: resp.StatusCode}
		if json.Unmarshal(answer, fault) != nil || fault.Message == "" {
			fault.Message = firstLine(answer)
		}
		switch resp.StatusCode {
		case http.StatusTooManyRequests, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
			return retry.RetryableError(fault)
		}
		return fault
	})
	return answer, err
}

func firstLine(text []byte) string {
	line, _, _ := strings.Cut(strings.TrimSpace(string(text)), "\n")
	if len(line) > 200 {
		line = line[:200] + "..."
	}
	return line
}

// missing reports that what a request asks for is not there.
func missing(err error) bool {
	var e *Error
	return errors.As(err, &e) && e.Code == "RESOURCE_DOES_NOT_EXIST"
}
