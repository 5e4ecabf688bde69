package errorpage_test

import (
	"testing"

	"torwart/internal/errorpage"
)

func TestNegotiate(t *testing.T) {
	const html, json, text = errorpage.HTML, errorpage.JSON, errorpage.Text
	for _, tt := range []struct {
		who, accept string
		want        errorpage.Kind
	}{
		{"no field", "", text},
		{"curl, wget, monitors", "*/*", text},
		{"Firefox", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", html},
		{"Chromium", "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;q=0.8,application/signed-exchange;v=b3;q=0.7", html},
		{"lynx", "text/html, text/plain, text/sgml, text/css, */*;q=0.01", html},
		{"an image in a page", "image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8", text},
		{"a style sheet in a page", "text/css,*/*;q=0.1", text},
		{"axios", "application/json, text/plain, */*", json},
		{"an API client", "application/json", json},
		{"one that knows problems", "application/problem+json", json},
		{"GitHub's API", "application/vnd.github+json", json},
		{"any application type", "application/*", json},
		{"jQuery for JSON", "application/json, text/javascript, */*; q=0.01", json},
		{"JSON rather than HTML", "text/html;q=0.5, application/json", json},
		{"HTML rather than JSON", "application/json;q=0.5, text/html", html},
		{"both alike: the first", "application/json, text/html", json},
		{"both alike: the first", "text/html, application/json", html},
		{"plain text by name", "text/plain, text/html;q=0.9", text},
		{"anything but HTML", "text/html;q=0, */*", text},
		{"anything but plain text", "text/plain;q=0, */*", html},
		{"anything rather than plain text", "text/plain;q=0.1, */*", html},
		{"no HTML, and nothing else named", "text/html;q=0", text},
		{"nothing but what we have not", "image/png", text},
		{"a name weighs more than a range", "application/*;q=1, text/html;q=1", html},
		{"the exact range decides", "application/*, application/json;q=0.1, text/html;q=0.5", html},
		{"case and space", " TEXT/HTML ; Q=1 ", html},
		{"a weight that makes no sense", "text/html;q=NaN, application/json;q=0.1", json},
		{"a weight beyond 1", "text/html;q=2, application/json;q=0.1", json},
		{"garbage", ",;,;q=,=/*;;q", text},
	} {
		t.Run(tt.who, func(t *testing.T) {
			if got := errorpage.Negotiate(tt.accept); got != tt.want {
				t.Errorf("%q gets %s, want %s", tt.accept, got.ContentType(), tt.want.ContentType())
			}
		})
	}
}

func TestContentTypes(t *testing.T) {
	for k, want := range map[errorpage.Kind]string{
		errorpage.HTML: "text/html; charset=utf-8",
		errorpage.JSON: "application/problem+json",
		errorpage.Text: "text/plain; charset=utf-8",
	} {
		if got := k.ContentType(); got != want {
			t.Errorf("%d is %q, want %q", k, got, want)
		}
	}
}
