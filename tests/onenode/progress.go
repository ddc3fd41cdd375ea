// What a person who waits is told, on stderr: each step, how long it usually takes, and how long it took.
//
// This file decides only the form of those lines. Stdout is left to the one thing that scripts read.

package main

import (
	"fmt"
	"os"
	"time"
)

var started = time.Now()

// say prints one line of progress, with the time since the program's start.
func say(format string, arguments ...any) {
	fmt.Fprintf(os.Stderr, "[%4.0f s] %s\n", time.Since(started).Seconds(), fmt.Sprintf(format, arguments...))
}

// step runs one part of the work, says when it starts and ends, and every 30 s that it is still at it.
func step(what, usually string, work func() error) error {
	say("%s (usually %s)", what, usually)
	begin := time.Now()
	done := make(chan struct{})
	go func() {
		for {
			select {
			case <-done:
				return
			case <-time.After(30 * time.Second):
				say("%s: at it for %.0f s (usually %s)", what, time.Since(begin).Seconds(), usually)
			}
		}
	}()
	err := work()
	close(done)
	if err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	say("%s: done in %.1f s", what, time.Since(begin).Seconds())
	return nil
}
