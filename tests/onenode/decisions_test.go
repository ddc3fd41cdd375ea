package main

import (
	"encoding/json"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestChoosePlan(t *testing.T) {
	all := componentNames()
	mine := &node{Checkout: "/mine", Inputs: "a"}
	theirs := &node{Checkout: "/theirs", Inputs: "b"}
	for name, test := range map[string]struct {
		found findings
		want  plan
	}{
		"no node":                         {findings{dead: all}, planMake},
		"a node that was never finished":  {findings{dead: all[:2]}, planMake},
		"all dead":                        {findings{node: mine, dead: all}, planMake},
		"all dead, of another checkout":   {findings{node: theirs, dead: all}, planMake},
		"well":                            {findings{node: mine}, planUse},
		"same inputs, another checkout":   {findings{node: &node{Checkout: "/theirs", Inputs: "a"}}, planUse},
		"one dead":                        {findings{node: mine, dead: all[:1]}, planRepair},
		"one stopped":                     {findings{node: mine, stopped: all[:1]}, planRepair},
		"what it was made of is gone":     {findings{node: mine, dead: all[:1], cacheGone: true}, planReplace},
		"this checkout was edited":        {findings{node: &node{Checkout: "/mine", Inputs: "b"}}, planReplace},
		"other inputs, another checkout":  {findings{node: theirs}, planRefuse},
		"other inputs, partly dead":       {findings{node: theirs, dead: all[:1]}, planRefuse},
		"other inputs, holder is no more": {findings{node: theirs, holderGone: true}, planReplace},
	} {
		if got := choosePlan(test.found, "/mine", "a"); got != test.want {
			t.Errorf("%s: %s, want %s", name, got, test.want)
		}
	}
}

func TestHashInputsSeesSourcesOnly(t *testing.T) {
	checkout := t.TempDir()
	write := func(name, content string) {
		t.Helper()
		if err := writeFileWhole(filepath.Join(sourceFolder(checkout), name), []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	hash := func() string {
		t.Helper()
		key, err := hashInputs(checkout)
		if err != nil {
			t.Fatal(err)
		}
		return key
	}
	write("main.go", "package main")
	write("kubernetes/go.mod", "module m")
	write("exporter/go.mod", "module e")
	first := hash()
	write("README.md", "words")
	write("main_test.go", "package main")
	if hash() != first {
		t.Error("a README and a test make another node")
	}
	for _, module := range []string{"kubernetes", "exporter"} {
		before := hash()
		write(module+"/go.mod", "module n")
		if hash() == before {
			t.Errorf("another go.mod of %s makes the same node", module)
		}
	}
	if _, err := hashInputs(t.TempDir()); err == nil || !strings.Contains(err.Error(), "--checkout") {
		t.Errorf("without sources: %v", err)
	}
}

func TestHashTextKeepsTextsApart(t *testing.T) {
	if hashText("ab", "c") == hashText("a", "bc") {
		t.Error("the same key for other texts")
	}
}

func TestCachedIsWholeOrNotThere(t *testing.T) {
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	fills := 0
	fill := func(folder string) error {
		fills++
		if fills == 1 {
			os.WriteFile(filepath.Join(folder, "half"), nil, 0o644)
			return os.ErrInvalid
		}
		return os.WriteFile(filepath.Join(folder, "whole"), nil, 0o644)
	}
	if _, err := cached("kind", "key", fill); err == nil {
		t.Fatal("no error from a fill that fails")
	}
	for range 2 {
		folder, err := cached("kind", "key", fill)
		if err != nil || !exists(filepath.Join(folder, "whole")) || exists(filepath.Join(folder, "half")) {
			t.Fatalf("%s: %v", folder, err)
		}
	}
	if fills != 2 {
		t.Errorf("filled %d times", fills)
	}
}

func TestKubernetesVersion(t *testing.T) {
	mod, err := os.ReadFile("kubernetes/go.mod")
	if err != nil {
		t.Fatal(err)
	}
	version, err := kubernetesVersion(string(mod))
	if err != nil || !strings.HasPrefix(version, "v1.") {
		t.Errorf("%q, %v", version, err)
	}
	flags := strings.Join(linkFlags("v1.35.4"), " ")
	if !strings.Contains(flags, "gitMinor=35") || !strings.Contains(flags, "gitVersion=v1.35.4") {
		t.Error(flags)
	}
}

func TestParseRoutes(t *testing.T) {
	// As a little-endian machine shows them.
	const table = "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n" +
		"eth0\t00000000\t010200C0\t0003\t0\t0\t0\t00000000\t0\t0\t0\n" +
		"br0\t0000D50A\t00000000\t0001\t0\t0\t0\t0000FFFF\t0\t0\t0\n"
	routes, err := parseRoutes(table)
	if err != nil || len(routes) != 2 {
		t.Fatalf("%v, %v", routes, err)
	}
	if want := netip.MustParsePrefix("10.213.0.0/16"); routes[1] != want {
		t.Errorf("%v, want %v", routes[1], want)
	}
	if !overlapsAny(netip.MustParsePrefix("10.213.128.0/17"), routes) || overlapsAny(netip.MustParsePrefix("10.212.0.0/16"), routes) {
		t.Error("overlaps are told wrong: the default route takes nothing, others do")
	}
}

func TestNetworkHalves(t *testing.T) {
	n := networkOf(213)
	if n.Node.String() != "10.213.0.1" || n.Service.String() != "10.213.128.1" || n.Pods.Overlaps(n.Services) {
		t.Errorf("%+v", n)
	}
}

func TestPortsDiffer(t *testing.T) {
	p, err := choosePorts()
	if err != nil {
		t.Fatal(err)
	}
	seen := map[int]bool{}
	for _, port := range []int{p.Apiserver, p.Etcd, p.EtcdPeer, p.Registry, p.KubeletHealth, p.Kubelet} {
		if port == 0 || seen[port] {
			t.Errorf("%+v", p)
		}
		seen[port] = true
	}
}

func TestRotationFromEnvironment(t *testing.T) {
	for _, test := range []struct {
		size, every string
		want        rotation
		bad         string
	}{
		{"", "", rotation{"1Gi", "10s"}, ""},
		{"1Mi", "3s", rotation{"1Mi", "3s"}, ""},
		{"lots", "", rotation{}, "LOG_MAX_SIZE"},
		{"", "2s", rotation{}, "LOG_ROTATE_EVERY"},
		{"", "often", rotation{}, "LOG_ROTATE_EVERY"},
	} {
		t.Setenv("LOG_MAX_SIZE", test.size)
		t.Setenv("LOG_ROTATE_EVERY", test.every)
		got, err := rotationFromEnvironment()
		switch {
		case test.bad == "" && (err != nil || got != test.want):
			t.Errorf("%+v: %+v, %v", test, got, err)
		case test.bad != "" && (err == nil || !strings.Contains(err.Error(), test.bad)):
			t.Errorf("%+v: %v", test, err)
		}
	}
}

func TestConfigsAreWellFormed(t *testing.T) {
	n := &node{Network: networkOf(213), Ports: ports{Kubelet: 17250}, Rotation: rotation{"1Mi", "3s"}}
	var kubelet struct {
		Address, ContainerLogMaxSize, ContainerLogMonitorInterval string
		Port                                                      int
	}
	if err := json.Unmarshal([]byte(kubeletConfig(n)), &kubelet); err != nil {
		t.Fatal(err)
	}
	if kubelet.Address != "10.213.0.1" || kubelet.Port != 17250 || kubelet.ContainerLogMaxSize != "1Mi" || kubelet.ContainerLogMonitorInterval != "3s" {
		t.Errorf("%+v", kubelet)
	}
	if !json.Valid([]byte(cniConfig(n.Network))) {
		t.Error(cniConfig(n.Network))
	}
	if toml := containerdConfig("overlayfs"); strings.Contains(toml, "%!") || !strings.Contains(toml, stateFolder) {
		t.Error(toml)
	}
}

func TestParseSignal(t *testing.T) {
	for _, name := range []string{"KILL", "SIGKILL", "kill"} {
		if signal, err := parseSignal(name); err != nil || signal != 9 {
			t.Errorf("%s: %v, %v", name, signal, err)
		}
	}
	if _, err := parseSignal("NOPE"); err == nil {
		t.Error("a signal that there is not")
	}
}
