// Where everything is. There is one node a machine (a kubelet, a bridge and mounts belong to the machine, not to a
// checkout), so its state has one fixed place; what can be kept between nodes is in the user's cache.
//
// This file decides places only. What is in them is up to the files that write there.

package main

import (
	"errors"
	"fmt"
	"os"
	"os/user"
	"path/filepath"
	"runtime"
)

const (
	machineFolder = "/var/lib/kubectl-sidecar-onenode"

	// The locks outlive the node: a lock on a file that is removed and made anew locks nobody out.
	guardLockPath = machineFolder + "/guard.lock"
	useLockPath   = machineFolder + "/use.lock"

	// All of the node's own state is below one folder, so that "is it ours" is a question about a path's beginning.
	stateFolder      = machineFolder + "/node"
	nodeFile         = stateFolder + "/node.json"
	recordFolder     = stateFolder + "/run"
	logFolder        = stateFolder + "/log"
	pkiFolder        = stateFolder + "/pki"
	configFolder     = stateFolder + "/config"
	ownBinary        = stateFolder + "/bin/onenode"
	containerdFolder = stateFolder + "/containerd"
	containerdSocket = stateFolder + "/containerd.sock"
	kubeletFolder    = stateFolder + "/kubelet"

	volumePluginFolder = kubeletFolder + "/volume-plugins"
	podLogFolder       = stateFolder + "/pod-logs"
	leaseFolder        = stateFolder + "/leases"
)

// prepareEnvironment makes sure that this program may do what it does, that HOME is set (the go command and the cache
// need one, and continuous integration does not always have it), and that PATH has the folders of root's programs.
func prepareEnvironment() error {
	if runtime.GOOS != "linux" {
		return errors.New("the one-node cluster needs Linux; elsewhere set SIDECAR_TEST_KUBECONFIG to the kubeconfig of a disposable cluster (kind, k3d, minikube)")
	}
	if os.Geteuid() != 0 {
		return errors.New("the one-node cluster needs root (mounts, network namespaces, cgroups): run it with sudo, or set SIDECAR_TEST_KUBECONFIG to the kubeconfig of a disposable cluster (kind, k3d, minikube)")
	}
	if os.Getenv("HOME") == "" {
		me, err := user.Current()
		if err != nil {
			return fmt.Errorf("HOME is not set and the user has no home folder: set HOME: %w", err)
		}
		os.Setenv("HOME", me.HomeDir)
	}
	os.Setenv("PATH", os.Getenv("PATH")+":/usr/local/sbin:/usr/sbin:/sbin:/usr/local/bin:/usr/bin:/bin")
	return nil
}

// cacheFolder is where downloads, images and the Kubernetes binary are kept between nodes and between checkouts.
func cacheFolder() string {
	base := os.Getenv("XDG_CACHE_HOME")
	if !filepath.IsAbs(base) {
		base = filepath.Join(os.Getenv("HOME"), ".cache")
	}
	return filepath.Join(base, "kubectl-sidecar", "onenode")
}

// writeFileWhole writes a file so that a reader, or a kill in the middle, never sees half of it.
func writeFileWhole(path string, content []byte, mode os.FileMode) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	temporary := path + ".tmp" // a fixed name: what a kill leaves is overwritten the next time
	os.Remove(temporary)       // it may have another mode
	if err := os.WriteFile(temporary, content, mode); err != nil {
		return err
	}
	return os.Rename(temporary, path)
}

// linkWhole makes path a symbolic link to target, replacing what was there in one step.
func linkWhole(target, path string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	temporary := path + ".tmp"
	os.Remove(temporary)
	if err := os.Symlink(target, temporary); err != nil {
		return err
	}
	return os.Rename(temporary, path)
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}
