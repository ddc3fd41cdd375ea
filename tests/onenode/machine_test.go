package main

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"syscall"
	"testing"
	"time"
)

func TestParseStat(t *testing.T) {
	const tail = " S 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 4242 20"
	for _, command := range []string{"(etcd)", "(a b)", "(a) b)", "(()"} {
		state, startTime, err := parseStat("77 " + command + tail)
		if err != nil || state != "S" || startTime != 4242 {
			t.Errorf("%s: %s %d %v", command, state, startTime, err)
		}
	}
	for _, bad := range []string{"", "77", "77 (etcd) S 1 2"} {
		if _, _, err := parseStat(bad); err == nil {
			t.Errorf("%q is a stat", bad)
		}
	}
}

func TestIdentityIsOneProcess(t *testing.T) {
	child := exec.Command("sleep", "60")
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	process, alive := identify(child.Process.Pid)
	if !alive || !process.alive() {
		t.Fatal("a child that runs is not alive")
	}
	reused := process
	reused.StartTime++
	if reused.alive() || !errors.Is(reused.signal(syscall.SIGKILL), os.ErrProcessDone) {
		t.Error("a process with the same id but another start time was taken for ours")
	}
	otherBoot := process
	otherBoot.BootID = "another"
	if otherBoot.alive() {
		t.Error("a record from another boot of the machine was taken for a process of this one")
	}
	process.signal(syscall.SIGSTOP)
	if err := waitUntil(5*time.Second, time.Millisecond, func() error {
		if !process.stopped() {
			return errors.New("not stopped")
		}
		return nil
	}); err != nil {
		t.Error(err)
	}
	// It is not waited for yet, so it stays in /proc: dead all the same.
	if err := endAll([]identity{process}); err != nil {
		t.Error(err)
	}
	child.Wait()
}

func TestWaitUntilEndsAtFinalErrors(t *testing.T) {
	tries := 0
	err := waitUntil(time.Minute, time.Millisecond, func() error {
		tries++
		if tries == 3 {
			return finalError{errEnded}
		}
		return errors.New("not yet")
	})
	if tries != 3 || !errors.Is(err, errEnded) {
		t.Errorf("%d tries: %v", tries, err)
	}
}

func TestLocks(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lock")
	first, err := tryLock(path, syscall.LOCK_SH)
	if err != nil {
		t.Fatal(err)
	}
	second, err := tryLock(path, syscall.LOCK_SH)
	if err != nil {
		t.Fatal("two cannot share:", err)
	}
	second.release()
	if _, err := tryLock(path, syscall.LOCK_EX); !errors.Is(err, errHeld) {
		t.Errorf("exclusive beside shared: %v", err)
	}
	first.release()
	if _, err := tryLock(path, syscall.LOCK_EX); err != nil {
		t.Error("a lock that was released:", err)
	}
}

func TestParseMounts(t *testing.T) {
	got := parseMounts("proc /proc proc rw 0 0\ntmpfs /a\\040b\\134c tmpfs rw 0 0\n")
	want := []mount{{"/proc", "proc"}, {`/a b\c`, "tmpfs"}}
	if !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestIsBelow(t *testing.T) {
	for path, want := range map[string]bool{"/a": true, "/a/b": true, "/ab": false, "/": false} {
		if isBelow(path, "/a") != want {
			t.Errorf("%s below /a: %t", path, !want)
		}
	}
}

func TestIsShim(t *testing.T) {
	shim := "/usr/bin/containerd-shim-runc-v2\x00-namespace\x00k8s.io\x00-id\x00x\x00-address\x00"
	for commandLine, want := range map[string]bool{
		shim + containerdSocket + "\x00":                                           true,
		shim + "/run/containerd/containerd.sock\x00":                               false,
		shim + containerdSocket + ".other\x00":                                     false,
		"/usr/bin/grep\x00-address\x00" + containerdSocket + "\x00":                false,
		"/usr/bin/containerd-shim-runc-v2\x00" + containerdSocket + "\x00-address": false,
		"": false,
	} {
		if isShim([]byte(commandLine)) != want {
			t.Errorf("%q: %t", commandLine, !want)
		}
	}
}
