package errorpage_test

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"flag"
	"fmt"
	"html/template"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/google/go-cmp/cmp"

	"torwart/internal/cause"
	"torwart/internal/errorpage"
)

var update = flag.Bool("update", false, "write the golden files anew")

func golden(t *testing.T, name, got string) {
	t.Helper()
	name = filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(name, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", name, diff)
	}
}

// get is a page after a GET, post one after a form that may have arrived.
func get(lang string) errorpage.Page {
	return errorpage.Page{
		Status: 502, Lang: lang, Reference: "01JD5W8Z0000000000000000AB", Host: "shop.example",
		RetryAfter: 5 * time.Second, Symptom: cause.ConnectRefused, Method: "GET",
	}
}

func post(lang string) errorpage.Page {
	p := get(lang)
	p.Status, p.Symptom, p.Method, p.Delivered = 504, cause.ResponseTimeout, "POST", true
	return p
}

func html(p errorpage.Page) string { return string(p.HTML(nil)) }
func text(p errorpage.Page) string { return string(p.Text(nil)) }

func TestPagesLookAsPromised(t *testing.T) {
	for _, lang := range []string{"en", "de"} {
		for name, p := range map[string]errorpage.Page{"get": get(lang), "post": post(lang)} {
			for kind, ext := range map[errorpage.Kind]string{
				errorpage.HTML: "html", errorpage.JSON: "json", errorpage.Text: "txt",
			} {
				golden(t, name+"."+lang+"."+ext, string(p.Append(nil, kind)))
			}
		}
	}
}

// What visitors read, for every status the catalogue knows and some more.
func TestEverySituationHasItsWords(t *testing.T) {
	for _, lang := range []string{"en", "de"} {
		var all strings.Builder
		for _, status := range []int{400, 404, 408, 413, 414, 418, 421, 429, 431, 500, 502, 503, 504, 508, 599} {
			fmt.Fprintf(&all, "%s\n", errorpage.Page{Status: status, Lang: lang, Method: "GET"}.Text(nil))
		}
		fmt.Fprintf(&all, "%s", errorpage.Page{Status: 503, Lang: lang, Symptom: cause.RequestShed}.Text(nil))
		golden(t, "situations."+lang+".txt", all.String())
	}
}

func TestUnknownLanguageIsEnglish(t *testing.T) {
	for _, tt := range [][2]string{{"", "en"}, {"fr", "en"}, {"den", "en"}, {"de-AT", "de"}} {
		if got, want := html(get(tt[0])), html(get(tt[1])); got != want {
			t.Errorf("%q is not shown as %q", tt[0], tt[1])
		}
	}
}

func TestPagesAppend(t *testing.T) {
	for _, k := range []errorpage.Kind{errorpage.HTML, errorpage.JSON, errorpage.Text} {
		want := "head" + string(get("en").Append(nil, k))
		if got := string(get("en").Append([]byte("head"), k)); got != want {
			t.Errorf("kind %d does not append: %.20q", k, got)
		}
	}
}

// A visitor who sent something must be told what is known about it, and
// nothing that is not.
func TestFateOfWhatWasSentIsToldHonestly(t *testing.T) {
	const opened, not, unknown = "nothing was changed", "was not carried out", "nobody can tell whether it was carried out"
	for _, tt := range []struct {
		name      string
		method    string
		status    int
		delivered bool
		want      string // "": none of them
		processed string // maybe_processed in JSON
	}{
		{"a page was opened", "GET", 502, true, opened, ""},
		{"a head was asked for", "HEAD", 502, true, opened, ""},
		{"a form that never arrived", "POST", 502, false, not, "false"},
		{"a form that may have arrived", "POST", 502, true, unknown, "true"},
		{"an unknown method counts as unsafe", "TRANSFER", 504, true, unknown, "true"},
		{"a deletion may have happened", "DELETE", 504, true, unknown, "true"},
		{"a request we refused needs no word", "POST", 413, false, "", ""},
		{"nothing is claimed without a method", "", 502, false, "", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := get("en")
			p.Method, p.Status, p.Delivered = tt.method, tt.status, tt.delivered
			for form, got := range map[string]string{"html": html(p), "text": text(p)} {
				for _, s := range []string{opened, not, unknown} {
					if strings.Contains(got, s) != (s == tt.want) {
						t.Errorf("%s: %q is said: %t", form, s, s != tt.want)
					}
				}
			}
			var problem map[string]any
			if err := json.Unmarshal(p.JSON(nil), &problem); err != nil {
				t.Fatal(err)
			}
			got := ""
			if v, ok := problem["maybe_processed"]; ok {
				got = fmt.Sprint(v)
			}
			if got != tt.processed {
				t.Errorf("maybe_processed is %q, want %q", got, tt.processed)
			}
		})
	}
}

func TestOnlyGETReloads(t *testing.T) {
	for _, tt := range []struct {
		method string
		status int
		want   bool
	}{
		{"GET", 502, true},
		{"GET", 503, true},
		{"GET", 504, true},
		{"GET", 500, true},
		{"GET", 404, false},
		{"GET", 431, false},
		{"POST", 502, false},
		{"PUT", 502, false},
		{"get", 502, false},
		{"", 502, false},
	} {
		p := get("en")
		p.Method, p.Status = tt.method, tt.status
		got := html(p)
		for _, s := range []string{"<script>", `http-equiv="refresh"`, `href=""`} {
			if strings.Contains(got, s) != tt.want {
				t.Errorf("%s %d: %q present: %t", tt.method, tt.status, s, !tt.want)
			}
		}
	}
}

func TestReloadWithoutScriptsFollowsRetryAfter(t *testing.T) {
	for after, want := range map[time.Duration]string{
		0: "30", -time.Second: "30", time.Millisecond: "5", 7 * time.Second: "7", 7001 * time.Millisecond: "8",
	} {
		p := get("en")
		p.RetryAfter = after
		if s := `<noscript><meta http-equiv="refresh" content="` + want + `"></noscript>`; !strings.Contains(html(p), s) {
			t.Errorf("retry after %v: no %s", after, s)
		}
	}
}

func TestPolicyPermitsTheInlineBlocks(t *testing.T) {
	page, csp := html(get("de")), errorpage.CSP()
	for _, kind := range []string{"style", "script"} {
		blocks := regexp.MustCompile(`(?s)<`+kind+`>(.*?)</`+kind+`>`).FindAllStringSubmatch(page, -1)
		if len(blocks) != 1 {
			t.Fatalf("%d %s blocks, want 1", len(blocks), kind)
		}
		sum := sha256.Sum256([]byte(blocks[0][1]))
		want := kind + "-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "';"
		if !strings.Contains(csp, want) {
			t.Errorf("policy has no %q:\n%s", want, csp)
		}
	}
	if strings.ContainsAny(csp, "\r\n") || strings.Contains(csp, "unsafe") {
		t.Errorf("policy is %q", csp)
	}
}

func TestPageIsSelfContained(t *testing.T) {
	for _, p := range []errorpage.Page{get("en"), post("de")} {
		if m := regexp.MustCompile(`(?i)\b(src|srcset|action|style|on[a-z]+)=|url\(|@import|//[a-z]|<(link|img|iframe)\b`).FindString(html(p)); m != "" {
			t.Errorf("page holds %q", m)
		}
	}
}

// Whatever is interpolated must come out as text: the page with a hostile
// value is the page with a harmless one, the value escaped.
func TestInterpolatedValuesAreEscaped(t *testing.T) {
	const hostile = `</title><script>alert(1)</script>"'><img src=x onerror=alert(1)>{{.Lang}}&amp;`
	for name, set := range map[string]func(*errorpage.Page, string){
		"host":      func(p *errorpage.Page, s string) { p.Host = s },
		"reference": func(p *errorpage.Page, s string) { p.Reference = s },
		"symptom":   func(p *errorpage.Page, s string) { p.Symptom = cause.Code(s) },
	} {
		for _, page := range []errorpage.Page{get("en"), post("de")} {
			a, b := page, page
			set(&a, hostile)
			set(&b, "MARK")
			want := strings.ReplaceAll(html(b), "MARK", template.HTMLEscapeString(hostile))
			if diff := cmp.Diff(want, html(a)); diff != "" {
				t.Errorf("%s (-want +got):\n%s", name, diff)
			}
		}
	}
}

func TestNoControlCharactersComeThrough(t *testing.T) {
	p := get("en")
	p.Host, p.Reference, p.Symptom = "a\x1b[2Jb\r\nSet-Cookie: x\xff\u0085", "r\x00\u2028", "s\x07"
	for _, k := range []errorpage.Kind{errorpage.HTML, errorpage.JSON, errorpage.Text} {
		got := string(p.Append(nil, k))
		if i := strings.IndexFunc(got, func(r rune) bool {
			return r != '\n' && unicode.IsControl(r) || r == 0x2028
		}); i >= 0 {
			t.Errorf("kind %d: control character in %.60q", k, got[i:])
		}
		if strings.Contains(got, "\nSet-Cookie") {
			t.Errorf("kind %d: line break came through", k)
		}
	}
}

func TestJSONIsAProblem(t *testing.T) {
	var got map[string]any
	if err := json.Unmarshal(get("en").JSON(nil), &got); err != nil {
		t.Fatal(err)
	}
	detail, _ := got["detail"].(string)
	delete(got, "detail")
	want := map[string]any{
		"type": "about:blank", "title": "Bad Gateway", "status": 502.0, "symptom": "connect-refused",
		"reference": "01JD5W8Z0000000000000000AB", "retry_after": 5.0,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if !strings.HasPrefix(detail, "shop.example is briefly unavailable. ") {
		t.Errorf("detail is %q", detail)
	}
}

func TestPageIsSmall(t *testing.T) {
	if n := len(html(get("de"))); n > 8<<10 {
		t.Errorf("page has %d bytes, want at most 8 KiB", n)
	}
}
