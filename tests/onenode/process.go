// Which processes are ours, and how they are started and ended.
//
// A component records itself: it starts as this program (`component-exec`), writes its process id and start time, and
// only then becomes the component. So there is never a component without a record, however `up` is killed; and since
// a reused process id has another start time, nothing is ever signalled that we did not start.
//
// What the components are is in components.go.

package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// identity names one process for as long as the machine runs.
type identity struct {
	PID       int    `json:"pid"`
	StartTime uint64 `json:"startTime"` // clock ticks since boot, field 22 of /proc/PID/stat
	BootID    string `json:"bootID"`
}

// identify looks a process up. It reports false for one that is gone, or only waits for its parent to notice.
func identify(pid int) (identity, bool) {
	state, startTime, err := readStat(pid)
	if err != nil || state == "Z" || state == "X" {
		return identity{}, false
	}
	return identity{PID: pid, StartTime: startTime, BootID: bootID()}, true
}

// stopped tells whether a process was told to stop (SIGSTOP) and not yet to go on.
func (i identity) stopped() bool {
	state, startTime, err := readStat(i.PID)
	return err == nil && state == "T" && startTime == i.StartTime
}

func readStat(pid int) (state string, startTime uint64, err error) {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return "", 0, err
	}
	return parseStat(string(stat))
}

// parseStat takes state and start time from a line of /proc/PID/stat. The second field, the command in parentheses,
// may itself contain spaces and parentheses, so fields are counted from the last one that closes.
func parseStat(stat string) (state string, startTime uint64, err error) {
	end := strings.LastIndex(stat, ")")
	if end < 0 {
		return "", 0, errors.New("no command in it")
	}
	const firstField, startTimeField = 3, 22
	fields := strings.Fields(stat[end+1:])
	if len(fields) <= startTimeField-firstField {
		return "", 0, errors.New("too few fields")
	}
	startTime, err = strconv.ParseUint(fields[startTimeField-firstField], 10, 64)
	return fields[0], startTime, err
}

func (i identity) alive() bool {
	now, found := identify(i.PID)
	return found && now == i
}

// signal reaches only the very process that was identified.
func (i identity) signal(signal syscall.Signal) error {
	if !i.alive() {
		return os.ErrProcessDone
	}
	return syscall.Kill(i.PID, signal)
}

// endAll kills processes and waits until they are gone.
func endAll(processes []identity) error {
	for _, process := range processes {
		process.signal(syscall.SIGKILL)
	}
	return waitUntil(10*time.Second, 20*time.Millisecond, func() error {
		for _, process := range processes {
			if process.alive() {
				return fmt.Errorf("process %d does not end although it was killed", process.PID)
			}
		}
		return nil
	})
}

// waitUntil tries until there is no error, or returns the last one.
func waitUntil(limit, pause time.Duration, try func() error) error {
	deadline := time.Now().Add(limit)
	for {
		err := try()
		if err == nil {
			return nil
		}
		var final finalError
		if errors.As(err, &final) || time.Now().After(deadline) {
			return err
		}
		time.Sleep(pause)
	}
}

// finalError ends a wait at once: trying again cannot help.
type finalError struct{ error }

func (f finalError) Unwrap() error { return f.error }

func recordPath(name string) string { return filepath.Join(recordFolder, name+".json") }

// recorded returns the process of a component if it lives.
func recorded(name string) (identity, bool) {
	content, err := os.ReadFile(recordPath(name))
	if err != nil {
		return identity{}, false
	}
	var process identity
	if json.Unmarshal(content, &process) != nil || !process.alive() {
		return identity{}, false
	}
	return process, true
}

// allRecorded returns every recorded process that lives, whichever version of this program recorded it.
func allRecorded() []identity {
	files, _ := filepath.Glob(filepath.Join(recordFolder, "*.json"))
	var living []identity
	for _, file := range files {
		if process, alive := recorded(strings.TrimSuffix(filepath.Base(file), ".json")); alive {
			living = append(living, process)
		}
	}
	return living
}

// launch starts a component in a session of its own, so that it outlives this program and its terminal.
func launch(name string, argv []string) error {
	if err := os.MkdirAll(logFolder, 0o755); err != nil {
		return err
	}
	// A new node has an empty log folder; a component that is started again adds to its log.
	log, err := os.OpenFile(logPath(name), os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o644)
	if err != nil {
		return err
	}
	defer log.Close()
	os.Remove(recordPath(name))
	command := exec.Command(ownBinary, append([]string{"component-exec", name}, argv...)...)
	command.Dir = "/"
	// Nothing else of our environment: the node must not depend on who started it, nor use somebody's proxy.
	command.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + stateFolder}
	command.Stdout, command.Stderr = log, log
	command.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if err := command.Start(); err != nil {
		return err
	}
	// Wait for the record: from then on the component can be told alive or dead. Reaping goes on beside it, as a
	// child that ended but was not waited for would still have an entry in /proc.
	go command.Wait()
	return waitUntil(10*time.Second, 5*time.Millisecond, func() error {
		if exists(recordPath(name)) {
			return nil
		}
		if _, alive := identify(command.Process.Pid); !alive {
			return finalError{fmt.Errorf("%s: %w%s", name, errEnded, logTail(name))}
		}
		return fmt.Errorf("%s does not start", name)
	})
}

// componentExec is the first life of a component: it records itself and becomes the program it is told.
func componentExec(arguments []string) error {
	if len(arguments) < 2 {
		return errors.New("component-exec needs a name and a command")
	}
	name, argv := arguments[0], arguments[1:]
	self, _ := identify(os.Getpid())
	record, err := json.Marshal(self)
	if err != nil {
		return err
	}
	program, err := exec.LookPath(argv[0])
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	if err := writeFileWhole(recordPath(name), record, 0o644); err != nil {
		return err
	}
	return fmt.Errorf("cannot become %s: %w", program, syscall.Exec(program, argv, os.Environ()))
}

func logPath(name string) string { return filepath.Join(logFolder, name+".log") }

// logTail is the end of a component's log, ready to be added to an error.
func logTail(name string) string {
	content, err := os.ReadFile(logPath(name))
	if err != nil {
		return ""
	}
	lines := strings.Split(strings.TrimSpace(string(content)), "\n")
	if len(lines) > 5 {
		lines = lines[len(lines)-5:]
	}
	return fmt.Sprintf("; the end of %s:\n  %s", logPath(name), strings.Join(lines, "\n  "))
}
