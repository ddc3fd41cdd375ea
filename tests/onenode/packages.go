// Which of Debian's packages must be on the machine, and how they get there.
//
// A package is judged by the file we need of it, so containerd from elsewhere does as well, and apt is not asked at
// all on a machine that has everything. If a package starts a service of its own it does no harm: ours has other
// sockets, folders and ports. What goes into the images is in images.go.

package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
)

// debianPackage is wanted for one of its files: a path, or a command on PATH.
type debianPackage struct{ name, file string }

var nodePackages = []debianPackage{
	{"containerd", "containerd"},
	{"containerd", "containerd-shim-runc-v2"},
	{"runc", "runc"},
	{"containernetworking-plugins", cniFolder + "/bridge"},
	{"containernetworking-plugins", cniFolder + "/host-local"},
	{"containernetworking-plugins", cniFolder + "/loopback"},
	{"iproute2", "ip"},
	{"mount", "mount"},
}

// shellPackages are what tests press TAB in.
var shellPackages = []debianPackage{
	{"bash-completion", "/usr/share/bash-completion/bash_completion"},
	{"zsh", "zsh"},
	{"fish", "fish"},
}

// imagePackages are needed only when an image has to be made.
var imagePackages = []debianPackage{
	{"mmdebstrap", "mmdebstrap"},
	{"debian-archive-keyring", "/usr/share/keyrings/debian-archive-keyring.gpg"},
}

func missingPackages(wanted []debianPackage) []string {
	var missing []string
	for _, p := range wanted {
		_, err := exec.LookPath(p.file) // a path with a slash is only looked at
		if errors.Is(err, os.ErrPermission) {
			err = nil // there, but no program
		}
		already := len(missing) > 0 && missing[len(missing)-1] == p.name
		if err != nil && !already {
			missing = append(missing, p.name)
		}
	}
	return missing
}

func installPackages(wanted []debianPackage) error {
	missing := missingPackages(wanted)
	if len(missing) == 0 {
		return nil
	}
	if _, err := exec.LookPath("apt-get"); err != nil {
		return fmt.Errorf("there is no apt-get here: install what gives these Debian packages' programs (%s), or set SIDECAR_TEST_KUBECONFIG to the kubeconfig of a disposable cluster", strings.Join(missing, " "))
	}
	return step("installing Debian's "+strings.Join(missing, ", "), "30 s", func() error {
		// An update that fails for one source of several may still have brought what is needed: the install decides.
		updateOutput, updateErr := aptGet("update")
		output, err := aptGet(append([]string{"install", "--yes", "--no-install-recommends"}, missing...)...)
		if err != nil {
			// An install that was killed leaves packages half configured; dpkg can finish those.
			exec.Command("dpkg", "--configure", "-a").Run()
			output, err = aptGet(append([]string{"install", "--yes", "--no-install-recommends"}, missing...)...)
		}
		if err != nil {
			if updateErr != nil {
				output = updateOutput + output
			}
			return fmt.Errorf("apt-get failed (%w): is a Debian package source configured and reachable?\n%s", err, lastLines(output, 15))
		}
		if still := missingPackages(wanted); len(still) > 0 {
			return fmt.Errorf("apt-get installed them, but files of %s are still missing", strings.Join(still, ", "))
		}
		return nil
	})
}

func aptGet(arguments ...string) (string, error) {
	// Another apt on the machine (unattended upgrades, another checkout) is waited for.
	command := exec.Command("apt-get", append([]string{"-o", "DPkg::Lock::Timeout=300"}, arguments...)...)
	command.Env = append(os.Environ(), "DEBIAN_FRONTEND=noninteractive", "LC_ALL=C")
	output, err := command.CombinedOutput()
	return string(output), err
}

func lastLines(text string, count int) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	if len(lines) > count {
		lines = lines[len(lines)-count:]
	}
	return strings.Join(lines, "\n")
}
