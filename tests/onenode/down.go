// `down`, `status`, and the two commands for tests that break things: `kill` and `start`.
//
// This file decides what those commands refuse and say. How things are ended is in sweep.go and process.go.

package main

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"syscall"
)

func down(checkout string, force bool) error {
	guard, err := lockGuard("down")
	if err != nil {
		return err
	}
	defer guard.release()
	use, err := lockUnused("taken down")
	switch {
	case err == nil:
		defer use.release()
	case !force:
		return fmt.Errorf("%w; to take it down all the same: onenode down --force", err)
	}
	nothing := !exists(stateFolder) && !bridgeExists()
	if err := sweep(); err != nil {
		return err
	}
	unpublish(checkout) // a kubeconfig that leads nowhere helps nobody
	if nothing {
		say("there was no node")
	} else {
		say("the node is gone")
	}
	return nil
}

func status() error {
	n := loadNode()
	if n == nil {
		return exitCode{errors.New("there is no node on this machine: onenode up makes one"), 3}
	}
	fmt.Printf("made by      %s\n", n.describe())
	fmt.Printf("apiserver    https://%s, for pods https://%s:443 and https://%s:%d\n", loopback(n.Ports.Apiserver), n.Network.Service, n.Network.Node, n.Ports.Apiserver)
	fmt.Printf("kubeconfig   %s\n", kubeconfigPath("admin"))
	fmt.Printf("logs         %s\n", logFolder)
	fmt.Printf("rotation     %s every %s\n", n.Rotation.MaxSize, n.Rotation.Every)
	for _, name := range componentNames() {
		state := "dead"
		if process, alive := recorded(name); alive {
			state = "process " + strconv.Itoa(process.PID)
			if process.stopped() {
				state += ", stopped"
			}
		}
		fmt.Printf("%-24s %s\n", name, state)
	}
	dead, stopped := census()
	if unwell := append(dead, stopped...); len(unwell) > 0 {
		return exitCode{fmt.Errorf("%s: dead or stopped; onenode up repairs the node", strings.Join(unwell, ", ")), 3}
	}
	return nil
}

// signals are those that tests have a use for, by the names kill(1) has for them.
var signals = map[string]syscall.Signal{
	"KILL": syscall.SIGKILL, "TERM": syscall.SIGTERM, "STOP": syscall.SIGSTOP, "CONT": syscall.SIGCONT,
	"INT": syscall.SIGINT, "HUP": syscall.SIGHUP, "QUIT": syscall.SIGQUIT,
}

func parseSignal(name string) (syscall.Signal, error) {
	signal, known := signals[strings.TrimPrefix(strings.ToUpper(name), "SIG")]
	if !known {
		return 0, fmt.Errorf("no signal %q; there are %s", name, strings.Join(sortedKeys(signals), ", "))
	}
	return signal, nil
}

// kill signals one component, and after KILL waits until it is gone. The caller holds the use lock.
func kill(arguments []string) error {
	if len(arguments) < 1 || len(arguments) > 2 || !slices.Contains(componentNames(), arguments[0]) {
		return fmt.Errorf("onenode kill COMPONENT [SIGNAL], where COMPONENT is one of %s", strings.Join(componentNames(), ", "))
	}
	signal := syscall.SIGKILL
	if len(arguments) == 2 {
		var err error
		if signal, err = parseSignal(arguments[1]); err != nil {
			return err
		}
	}
	process, alive := recorded(arguments[0])
	if !alive {
		return fmt.Errorf("%s does not run; onenode start starts it", arguments[0])
	}
	if signal == syscall.SIGKILL {
		return endAll([]identity{process})
	}
	return process.signal(signal)
}

// start is for the very tests that killed something: unlike `up` it does not wait for the use lock.
func start() error {
	guard, err := lockGuard("start")
	if err != nil {
		return err
	}
	defer guard.release()
	n := loadNode()
	if n == nil {
		return errors.New("there is no node on this machine: onenode up makes one")
	}
	return startParts(n)
}
