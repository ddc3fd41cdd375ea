// The cgroup that all containers of the node are in, and the processes in it.
//
// Its one purpose is ownership: a container outlives its shim, containerd and the kubelet when those are killed, and
// is then nobody's child. What is in this cgroup is ours, whoever else runs containers on the machine.

package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

const cgroupName = "kubectl-sidecar-onenode"

// cgroupFolders is our cgroup in each hierarchy: one for version 2, one for each controller for version 1. A machine
// with version 1 may have one of version 2 beside it, and runc puts containers into that too.
func cgroupFolders() ([]string, error) {
	mounts, err := readMounts()
	if err != nil {
		return nil, err
	}
	var folders []string
	for _, m := range mounts {
		if (m.kind == "cgroup" || m.kind == "cgroup2") && isBelow(m.path, "/sys/fs/cgroup") {
			folders = append(folders, filepath.Join(m.path, cgroupName))
		}
	}
	if len(folders) == 0 {
		return nil, errors.New("no cgroups are mounted below /sys/fs/cgroup: containers need them")
	}
	return folders, nil
}

// makeCgroup makes our cgroup, which the kubelet wants to find.
func makeCgroup() error {
	folders, err := cgroupFolders()
	if err != nil {
		return err
	}
	for _, folder := range folders {
		parent := filepath.Dir(folder)
		// Version 2 gives a cgroup only the controllers that its parent hands down.
		if controllers, err := os.ReadFile(filepath.Join(parent, "cgroup.controllers")); err == nil {
			for _, controller := range strings.Fields(string(controllers)) {
				os.WriteFile(filepath.Join(parent, "cgroup.subtree_control"), []byte("+"+controller), 0)
			}
		}
		if err := os.MkdirAll(folder, 0o755); err != nil {
			return fmt.Errorf("cannot make a cgroup: %w", err)
		}
		// Version 1 gives a new cpuset no processors, and then takes no process into it.
		for _, file := range []string{"cpuset.cpus", "cpuset.mems"} {
			if value, err := os.ReadFile(filepath.Join(parent, file)); err == nil {
				os.WriteFile(filepath.Join(folder, file), value, 0)
			}
		}
	}
	return nil
}

// cgroupProcesses are all processes of our containers.
func cgroupProcesses() ([]identity, error) {
	folders, err := cgroupFolders()
	if err != nil {
		return nil, err
	}
	found := map[int]identity{}
	for _, folder := range folders {
		filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
			if err != nil || entry.Name() != "cgroup.procs" {
				return nil // a container that ends takes its cgroup along
			}
			content, _ := os.ReadFile(path)
			for _, field := range strings.Fields(string(content)) {
				pid, _ := strconv.Atoi(field)
				if process, alive := identify(pid); alive {
					found[pid] = process
				}
			}
			return nil
		})
	}
	var processes []identity
	for _, process := range found {
		processes = append(processes, process)
	}
	return processes, nil
}

// removeCgroup removes our cgroup, from the innermost folder outwards, once its processes are gone.
func removeCgroup() error {
	folders, err := cgroupFolders()
	if err != nil {
		return err
	}
	for _, folder := range folders {
		var inner []string
		filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
			if err == nil && entry.IsDir() {
				inner = append(inner, path)
			}
			return nil
		})
		for i := len(inner) - 1; i >= 0; i-- {
			// The kernel needs a moment after the last process.
			err := waitUntil(5*time.Second, 10*time.Millisecond, func() error {
				if err := os.Remove(inner[i]); err != nil && !errors.Is(err, fs.ErrNotExist) {
					return err
				}
				return nil
			})
			if err != nil {
				return fmt.Errorf("cannot remove a cgroup: %w", err)
			}
		}
	}
	return nil
}
