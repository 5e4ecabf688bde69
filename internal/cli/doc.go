// Package cli is torwart's command line.
//
// It provides [Run], the whole program with its arguments, streams and
// environment handed in, so that tests run it in their own process.
//
// It promises exit status 0 for success, 1 for "ran, and found something
// wrong" and 2 for bad usage; results on standard output, everything about
// the run on standard error; and every text in English and German, by --lang,
// else by LC_ALL, LC_MESSAGES or LANG. What a running gateway logs is English.
//
// It decides nothing about gateways: what a command does is in the packages
// below, here are its flags, its words and its exit status. Only the demo is
// coloured, on a terminal and without NO_COLOR.
//
// Each command is one file. Start reading at [Run].
package cli
