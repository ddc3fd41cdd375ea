// Command onenode brings up, repairs and takes down a one-node Kubernetes for tests and demos.
//
// This file decides what the command line means, and nothing else. `up` and `down` are in up.go and down.go;
// the commands that start with "component-" are how the node's long-lived parts start, not for people.
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
)

const usage = `onenode: a one-node Kubernetes for tests and demos

  onenode up [--checkout DIR]       start or repair the node; prints the path of its kubeconfig
  onenode down [--force]            end the node and remove all it left (--force: even while tests use it)
  onenode status                    say what runs; exit code 3 if the node is not up
  onenode kill COMPONENT [SIGNAL]   signal one component (KILL unless said); for tests that break things
  onenode start                     start the components that are dead, and wait until the node is well
  onenode rotate NAMESPACE/POD/CONTAINER
                                    rotate a container's log, as the kubelet does when it is too long

DIR is the checkout that gets target/cluster/ (the current folder unless said).
LOG_MAX_SIZE (1Gi) and LOG_ROTATE_EVERY (10s) set when the kubelet rotates container logs.
`

// keepDescriptors keeps what we inherited from those we start, who outlive us: a lock that our caller holds would
// never be free again.
func keepDescriptors() {
	entries, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		return
	}
	for _, entry := range entries {
		if fd, err := strconv.Atoi(entry.Name()); err == nil && fd > 2 {
			syscall.CloseOnExec(fd)
		}
	}
}

func main() {
	keepDescriptors()
	if len(os.Args) < 2 {
		fmt.Fprint(os.Stderr, usage)
		os.Exit(1)
	}
	if err := run(os.Args[1], os.Args[2:]); err != nil {
		fmt.Fprintf(os.Stderr, "onenode: %v\n", err)
		var exit exitCode
		if errors.As(err, &exit) {
			os.Exit(exit.code)
		}
		os.Exit(1)
	}
}

// exitCode is an error that asks for an exit code other than 1.
type exitCode struct {
	error
	code int
}

func run(command string, arguments []string) error {
	switch command {
	case "help", "-h", "--help":
		fmt.Print(usage)
		return nil
	case "component-exec":
		return componentExec(arguments)
	case "component-registry":
		return serveRegistry(arguments)
	case "component-gateway":
		return serveGateway(arguments)
	}

	flags := flag.NewFlagSet("onenode "+command, flag.ContinueOnError)
	checkout := flags.String("checkout", ".", "the checkout that gets target/cluster/")
	force := flags.Bool("force", false, "down: even while tests use the node")
	if err := flags.Parse(arguments); err != nil {
		return err
	}
	folder, err := filepath.Abs(*checkout)
	if err != nil {
		return err
	}
	if err := prepareEnvironment(); err != nil {
		return err
	}
	switch command {
	case "up":
		return up(folder)
	case "down":
		return down(folder, *force)
	case "status":
		return status()
	case "kill":
		return kill(flags.Args())
	case "start":
		return start()
	case "rotate":
		return rotate(flags.Args())
	}
	return fmt.Errorf("no command %q; see onenode --help", command)
}
