package demo

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"torwart/internal/cause"
	"torwart/internal/locale"
	"torwart/internal/traffic"
)

// frame is all that one picture shows.
type frame struct {
	elapsed, total time.Duration
	phase          string // key
	asked          int    // requests along each way
	now            int    // slot
	upstreams      [upstreamCount]upstreamRow
	ways           [ways]wayRow
	saves          []Count[traffic.Save]
	symptoms       []Count[cause.Code]
	saw            []Count[string] // by visitors of the plain proxy
	learned        []Learned
}

type upstreamRow struct {
	states [slots]state
	state  state
	rates  [ways]int
}

type wayRow struct {
	moments                  [slots]tally
	asked, failed, avoidable int
}

// The widths of the columns, 80 together.
const (
	labelWidth  = 14
	rateWidth   = 8
	failedWidth = 15
	avoidWidth  = 12
	sawWidth    = 52
	// listed is how many rows the lists at the bottom have at most.
	listed = 6
)

// over is the key of the phase after the last.
const over = "over"

// rows draws the picture.
func (f *frame) rows(l locale.Lang, columns int) []row {
	width := min(columns, 80) - 1
	total := f.total.Round(time.Second)
	clock := l.Text("demo.clock", seconds(l, min(f.elapsed, total)), seconds(l, total))
	title := l.Text("demo.title")
	out := []row{{
		{strong, title},
		{faint, right(clock, width-utf8.RuneCountInString(title))},
	}}
	out = append(out, paragraph(normal, l.Text("demo.intro", l.Number(int64(f.asked))), width)...)
	now := yellow
	if f.phase == "calm" || f.phase == "after" || f.phase == over {
		now = green
	}
	out = append(out, nil, row{{strong, "▶ "}, {now, l.Text("demo.phase." + f.phase)}})
	what := paragraph(strong, l.Text("demo.phase."+f.phase+".what"), width-2)
	for len(what) < 2 { // so that nothing below jumps
		what = append(what, nil)
	}
	for _, r := range what {
		out = append(out, append(row{{normal, "  "}}, r...))
	}
	out = append(out, nil)
	out = append(out, f.upstreamRows(l)...)
	out = append(out, f.keepAliveRow(l))
	out = append(out, f.wayRows(l)...)
	if f.phase == over {
		return out // what follows is in the closing words
	}
	out = append(out, nil, row{{strong, savesLine(l, f.saves, "demo.saved.")}})
	return append(out, f.lists(l)...)
}

func (f *frame) upstreamRows(l locale.Lang) []row {
	out := []row{{{
		faint, right(l.Text("demo.head.requests"), labelWidth+slots) +
			right(l.Text("demo.head.plain"), rateWidth) + right(l.Text("demo.head.torwart"), rateWidth),
	}}}
	for i, u := range f.upstreams {
		r := row{{normal, left(l.Text("demo.upstream", i+1), labelWidth)}}
		for at, st := range u.states {
			if at > f.now {
				r = append(r, span{normal, " "})
				continue
			}
			r = append(r, st.mark())
		}
		is := green
		if u.state != isServing {
			is = red
		}
		out = append(out, append(r,
			span{normal, right(l.Text("demo.rate", l.Number(int64(u.rates[plain]))), rateWidth)},
			span{normal, right(l.Text("demo.rate", l.Number(int64(u.rates[torwart]))), rateWidth)},
			span{is, "  " + l.Text("demo.state."+u.state.key())}))
	}
	return out
}

// keepAliveRow tells what torwart has learned; it is empty before.
func (f *frame) keepAliveRow(l locale.Lang) row {
	var closes, kept []time.Duration
	for _, k := range f.learned {
		if k.Closes > 0 {
			closes, kept = append(closes, k.Closes), append(kept, k.Kept)
		}
	}
	if len(closes) == 0 {
		return nil
	}
	return row{{faint, left(l.Text("demo.learned"), labelWidth) +
		l.Text("demo.keepalive", extent(l, closes), extent(l, kept))}}
}

// extent is the smallest and the largest of some durations.
func extent(l locale.Lang, d []time.Duration) string {
	least, most := hundredths(l, slices.Min(d)), hundredths(l, slices.Max(d))
	if least == most {
		return l.Text("demo.seconds", most)
	}
	return l.Text("demo.seconds", least+"–"+most)
}

// hundredths writes seconds with two decimals, without their unit.
func hundredths(l locale.Lang, d time.Duration) string { return l.Decimal(d.Seconds(), 2) }

// key names the state's word among the messages.
func (s state) key() string {
	return [...]string{"serving", "hanging", "resetting", "garbage", "cutting", "restarting", "crashed"}[s]
}

// mark is the state on the timeline, to be told apart without colours too.
func (s state) mark() span {
	if s == isServing {
		return span{green, "▆"}
	}
	return span{red, [...]string{"", "h", "r", "?", "c", "-", "x"}[s]}
}

func (f *frame) wayRows(l locale.Lang) []row {
	out := []row{{{
		faint, left(l.Text("demo.head.failures"), labelWidth+slots) +
			right(l.Text("demo.head.failed"), failedWidth) + right(l.Text("demo.head.avoidable"), avoidWidth),
	}}}
	for w, name := range []string{l.Text("demo.way.plain"), l.Text("demo.way.torwart")} {
		way := f.ways[w]
		r := row{{strong, left(name, labelWidth)}}
		for at, m := range way.moments {
			if at > f.now {
				r = append(r, span{normal, " "})
				continue
			}
			r = append(r, bar(m))
		}
		bad := green
		if way.avoidable > 0 {
			bad = red
		}
		out = append(out, append(r,
			span{normal, right(l.Number(int64(way.failed))+" "+percent(l, way.failed, way.asked), failedWidth)},
			span{bad, right(l.Number(int64(way.avoidable)), avoidWidth)}))
	}
	return out
}

// bar is the share of failures in a moment; a full block is all of them.
func bar(m tally) span {
	if m.failed == 0 {
		return span{faint, "▁"}
	}
	const bars = "▂▃▄▅▆▇█"
	i := (m.failed*7 + m.asked - 1) / max(m.asked, 1)
	return span{red, string([]rune(bars)[min(max(i, 1), 7)-1])}
}

// lists are the symptoms and, beside them, what visitors saw.
func (f *frame) lists(l locale.Lang) []row {
	out := []row{{{faint, left(l.Text("demo.head.symptoms"), sawWidth) + l.Text("demo.head.saw")}}}
	for i := range min(max(len(f.symptoms), len(f.saw)), listed) {
		var symptom, saw string
		if i < len(f.symptoms) {
			symptom = numbered(l, f.symptoms[i].N, symptomTitle(l, f.symptoms[i].What))
		}
		if i < len(f.saw) {
			saw = numbered(l, f.saw[i].N, l.Text(f.saw[i].What))
		}
		out = append(out, row{{normal, left(cut(symptom, sawWidth-1), sawWidth)}, {normal, saw}})
	}
	return out
}

func numbered(l locale.Lang, n int, what string) string {
	return right(l.Number(int64(n)), 6) + "  " + what
}

// symptomTitle is the symptom in words.
func symptomTitle(l locale.Lang, c cause.Code) string {
	if e := cause.LookupSymptom(c); e != nil {
		return e.Title.In(string(l))
	}
	return string(c)
}

// key names what a visitor saw among the messages.
func (s sight) key() string {
	return "demo.saw." + [sights]string{
		"answer", "502", "503", "504", "error", "half", "hangup", "wrong", "silence", "nodoor",
	}[s]
}

// savesLine says how many were saved, and how, with words for the kinds of
// saves whose keys begin so.
func savesLine(l locale.Lang, saves []Count[traffic.Save], words string) string {
	var kinds []string
	for _, c := range saves {
		kinds = append(kinds, l.Text(words+c.What.String(), l.Number(int64(c.N))))
	}
	s := l.Count("demo.saved", int64(sumOf(saves)))
	if len(kinds) > 0 {
		s += ": " + strings.Join(kinds, ", ")
	}
	return s
}

// percent writes a share of n as "(1.5 %)".
func percent(l locale.Lang, part, n int) string {
	share := 100 * float64(part) / float64(max(n, 1))
	return fmt.Sprintf("(%s %%)", l.Decimal(share, 1))
}

func seconds(l locale.Lang, d time.Duration) string { return l.Duration(d.Truncate(time.Second)) }

// paragraph breaks text into rows.
func paragraph(s style, text string, width int) []row {
	var out []row
	for _, line := range wrap(text, width) {
		out = append(out, row{{s, line}})
	}
	return out
}

// wrap breaks text at blanks.
func wrap(text string, width int) []string {
	var out []string
	line := ""
	for word := range strings.FieldsSeq(text) {
		if line != "" && utf8.RuneCountInString(line)+1+utf8.RuneCountInString(word) > width {
			out = append(out, line)
			line = ""
		}
		if line != "" {
			line += " "
		}
		line += word
	}
	return append(out, line)
}
