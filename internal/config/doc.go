// Package config reads torwart's configuration and makes it complete.
//
// It provides the file as its author writes it ([File]), reading and checking
// it ([Load], [Parse], [FromFlags]), the configuration the rest of the program
// works with ([Config]: defaults filled in, rules with all they inherit), the
// difference between two of them in words ([Diff]) and the JSON Schema of the
// file ([Schema]).
//
// It promises that a *Config it returns is sound: whoever gets one needs no
// checks of their own. Whatever is wrong is told at once, not one problem a
// run: every [Problem] names file, line, key, what is wrong and what to write
// instead, in English and German.
//
// It does no I/O but reading the file and looking up the environment variables
// the file names: it resolves no names, opens no sockets and imports no
// component that it configures. Package app translates a Config into the
// components' own options.
//
// Start reading at [File]; a new setting is one field there, one in [Rule] and
// one line each in effective.go and print.go.
package config
