// Who may do what at the same time, with flock(2): the kernel drops such a lock when its holder dies, however it dies.
//
//   - the guard lock: one `up`, `down`, `kill` or `start` at a time on this machine;
//   - the use lock: tests hold it shared while they run, exclusively while they break parts of the node;
//   - the cache lock: one builder at a time in a cache folder.
//
// This file decides how locks are taken and waited for. Which command needs which lock is up to the commands.

package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
)

// lock is held until release, or until this process is gone.
type lock struct{ file *os.File }

func (l *lock) release() { l.file.Close() }

var errHeld = errors.New("the lock is held by another process")

// tryLock takes a lock at once or returns errHeld. how is syscall.LOCK_SH or syscall.LOCK_EX.
func tryLock(path string, how int) (*lock, error) {
	return takeLock(path, how|syscall.LOCK_NB)
}

// waitLock takes a lock, saying what it waits for when it cannot have it at once.
func waitLock(path string, how int, waitingFor string) (*lock, error) {
	held, err := tryLock(path, how)
	if !errors.Is(err, errHeld) {
		return held, err
	}
	say("waiting for %s%s", waitingFor, holderNote(path))
	return takeLock(path, how)
}

func takeLock(path string, how int) (*lock, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return nil, err
	}
	// Go opens files close-on-exec: the components started while a lock is held do not inherit it.
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o666)
	if err != nil {
		return nil, err
	}
	for {
		err = syscall.Flock(int(file.Fd()), how)
		if err != syscall.EINTR {
			break
		}
	}
	if err == nil {
		return &lock{file}, nil
	}
	file.Close()
	if err == syscall.EWOULDBLOCK {
		return nil, errHeld
	}
	return nil, fmt.Errorf("cannot lock %s: %w", path, err)
}

// lockGuard makes this the only command that changes the node, and leaves a note for those who wait.
func lockGuard(command string) (*lock, error) {
	guard, err := waitLock(guardLockPath, syscall.LOCK_EX, "another onenode command to end")
	if err != nil {
		return nil, err
	}
	guard.file.Truncate(0)
	fmt.Fprintf(guard.file, "onenode %s, process %d", command, os.Getpid())
	return guard, nil
}

// holderNote is what the holder of a lock wrote about itself, ready to be added to a message.
func holderNote(path string) string {
	note, err := os.ReadFile(path)
	if err != nil || len(note) == 0 {
		return ""
	}
	return " (" + strings.TrimSpace(string(note)) + ")"
}
