// How the Kubernetes binary is built: etcd, the control plane, the kubelet and kubectl, all in one.
//
// This file decides the build and its cache key. Which programs are in it is decided in kubernetes/main.go, and their
// versions in kubernetes/go.mod.

package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"syscall"
)

// buildKubernetes returns the cache folder with onenode-kubernetes in it.
func buildKubernetes(cache *lock, checkout string) (string, error) {
	goCommand, err := findGo()
	if err != nil {
		return "", err
	}
	sources := filepath.Join(sourceFolder(checkout), "kubernetes")
	key, err := kubernetesKey(goCommand, sources)
	if err != nil {
		return "", err
	}
	return cached("kubernetes", key, func(folder string) error {
		return step("building Kubernetes", "6 min on 2 cores, 1 min if Go has built it before", func() error {
			return goBuild(cache, goCommand, sources, folder)
		})
	})
}

func kubernetesKey(goCommand, sources string) (string, error) {
	command := exec.Command(goCommand, "version")
	command.Dir = sources
	version, err := command.CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("go version failed: %w: %s", err, version)
	}
	files, err := hashFiles(sources)
	if err != nil {
		return "", err
	}
	return hashText(string(version), runtime.GOARCH, strings.Join(linkFlags("VERSION"), " "), files), nil
}

func goBuild(cache *lock, goCommand, sources, folder string) error {
	mod, err := os.ReadFile(filepath.Join(sources, "go.mod"))
	if err != nil {
		return err
	}
	version, err := kubernetesVersion(string(mod))
	if err != nil {
		return err
	}
	output := filepath.Join(folder, "onenode-kubernetes")
	if err := buildProgram(cache, goCommand, sources, ".", linkFlags(version), output); err != nil {
		return err
	}
	// kubectl is picked by its name.
	return os.Symlink("onenode-kubernetes", filepath.Join(folder, "kubectl"))
}

// buildProgram builds a command of the module in that folder, or of one that it requires.
func buildProgram(cache *lock, goCommand, module, name string, link []string, output string) error {
	printed, err := runTied(cache, exec.Command(goCommand, "build", "-C", module, "-trimpath", "-buildvcs=false",
		"-ldflags", strings.Join(link, " "), "-o", output, name), "CGO_ENABLED=0", "GOFLAGS=", "GOWORK=off")
	if err != nil {
		return fmt.Errorf("go build failed (%w): it needs Go 1.25 or newer and a module proxy that answers\n%s", err, lastLines(printed, 15))
	}
	return nil
}

func findGo() (string, error) {
	command, err := exec.LookPath("go")
	if err != nil {
		return "", errors.New("there is no go command on PATH: install Go 1.25 or newer (https://go.dev/dl)")
	}
	return command, nil
}

// linkFlags tell the programs their version, which kubectl and the kubelet report, and leave debug tables out.
func linkFlags(version string) []string {
	minor, _, _ := strings.Cut(strings.TrimPrefix(version, "v1."), ".")
	set := "-X k8s.io/component-base/version."
	return []string{"-s", "-w", set + "gitVersion=" + version, set + "gitMajor=1", set + "gitMinor=" + minor}
}

var kubernetesRequirement = regexp.MustCompile(`(?m)^\s*k8s\.io/kubernetes (v1\.\S+)`)

func kubernetesVersion(mod string) (string, error) {
	match := kubernetesRequirement.FindStringSubmatch(mod)
	if match == nil {
		return "", errors.New("kubernetes/go.mod does not require k8s.io/kubernetes")
	}
	return match[1], nil
}

// runTied runs a long command that ends when this program does, even by kill -9, and returns what it printed. It
// holds the cache lock too, for it may need a moment to end: until then, nobody else writes where it does.
func runTied(cache *lock, command *exec.Cmd, environment ...string) (string, error) {
	// The kernel ties the child to the thread that started it, so that thread must stay.
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	command.Env = append(os.Environ(), environment...)
	command.ExtraFiles = []*os.File{cache.file}
	command.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGTERM}
	output, err := command.CombinedOutput()
	return string(output), err
}
