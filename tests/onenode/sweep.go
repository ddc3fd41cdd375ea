// How everything that a node is made of is ended and removed: for `down`, and before a new node is made.
//
// There is one way for both, and it asks the machine, not a record, what there is to remove: so it works after a kill
// at any point, after a restart of the machine, and on what another version of this program left. What is ours is told
// by recorded identity, by our paths, by our cgroup and by our names, never by a process's name.

package main

import (
	"bytes"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// sweep ends and removes the node, whatever state it is in. Locks stay.
func sweep() error {
	// First those who would start or mount anything anew, then what they started.
	if err := endAll(allRecorded()); err != nil {
		return err
	}
	if err := waitUntil(10*time.Second, 50*time.Millisecond, endContainers); err != nil {
		return err
	}
	removeShimSockets()
	removeForeignTraces()
	// The node's record goes first: what is left of a sweep that is killed here is no node any more.
	os.Remove(nodeFile)
	// Network namespaces are mounts below our folder, and pods' interfaces go with them.
	if err := removeTree(stateFolder); err != nil {
		return fmt.Errorf("cannot remove %s: %w", stateFolder, err)
	}
	if err := removeBridge(); err != nil {
		return err
	}
	return removeCgroup()
}

// endContainers kills shims and all in our cgroup. It fails as long as it finds some, for a dying container may just
// have been starting another process.
func endContainers() error {
	processes, err := cgroupProcesses()
	if err != nil {
		return err
	}
	processes = append(processes, shimProcesses()...)
	if len(processes) == 0 {
		return nil
	}
	if err := endAll(processes); err != nil {
		return err
	}
	return fmt.Errorf("%d processes of containers were still there", len(processes))
}

// shimProcesses are the parents of containers: they have our containerd's socket among their arguments.
func shimProcesses() []identity {
	entries, _ := os.ReadDir("/proc")
	var shims []identity
	for _, entry := range entries {
		pid, err := strconv.Atoi(entry.Name())
		if err != nil {
			continue
		}
		process, alive := identify(pid)
		commandLine, err := os.ReadFile(filepath.Join("/proc", entry.Name(), "cmdline"))
		if alive && err == nil && isShim(commandLine) {
			shims = append(shims, process)
		}
	}
	return shims
}

func isShim(commandLine []byte) bool {
	arguments := bytes.Split(commandLine, []byte{0})
	if !strings.HasPrefix(filepath.Base(string(arguments[0])), "containerd-shim") {
		return false
	}
	for i, argument := range arguments[:len(arguments)-1] {
		if string(argument) == "-address" && string(arguments[i+1]) == containerdSocket {
			return true
		}
	}
	return false
}

// removeShimSockets removes the sockets of our shims, which containerd keeps in a folder of all containerds' and
// notes in a file for each container.
func removeShimSockets() {
	notes, _ := filepath.Glob(containerdFolder + "/state/io.containerd.runtime.v2.task/*/*/address")
	for _, note := range notes {
		content, err := os.ReadFile(note)
		if socket, isUnix := strings.CutPrefix(strings.TrimSpace(string(content)), "unix://"); err == nil && isUnix {
			os.Remove(socket)
		}
	}
}

// removeForeignTraces removes what the CNI library and the kubelet leave in folders that cannot be configured.
func removeForeignTraces() {
	// NETWORK-SANDBOX-eth0 has our network's name; cni-loopback-SANDBOX-lo is ours if its sandbox is.
	results, _ := filepath.Glob(filepath.Join(cniResults, networkName+"-*-eth0"))
	for _, result := range results {
		sandbox := strings.TrimSuffix(strings.TrimPrefix(filepath.Base(result), networkName+"-"), "-eth0")
		os.Remove(filepath.Join(cniResults, "cni-loopback-"+sandbox+"-lo"))
		os.Remove(result)
	}
	links, _ := filepath.Glob("/var/log/containers/*.log")
	for _, link := range links {
		if target, err := os.Readlink(link); err == nil && isBelow(target, podLogFolder) {
			os.Remove(link)
		}
	}
	if !otherKubeletRuns() {
		os.Remove(devicePluginSocket)
	}
	// Remove leaves folders alone that have something in them.
	for _, folder := range []string{filepath.Dir(devicePluginSocket), "/var/lib/kubelet", "/var/log/containers", cniResults, filepath.Dir(cniResults)} {
		os.Remove(folder)
	}
}

// devicePluginSocket is at the same place for every kubelet, wherever it keeps all else.
const devicePluginSocket = "/var/lib/kubelet/device-plugins/kubelet.sock"

// otherKubeletRuns tells whether somebody answers there, when ours does not run.
func otherKubeletRuns() bool {
	connection, err := net.DialTimeout("unix", devicePluginSocket, time.Second)
	if err != nil {
		return false
	}
	connection.Close()
	return true
}
