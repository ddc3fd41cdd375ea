// The configuration files of containerd, the CNI plugins and the kubelet.
//
// This file decides their settings, each with its reason where it is not the default. Where they lie is in paths.go.

package main

import (
	"encoding/json"
	"fmt"
	"os"
	"regexp"
	"syscall"
	"time"
)

const (
	containerdConfigPath = configFolder + "/containerd.toml"
	kubeletConfigPath    = configFolder + "/kubelet.json"
	cniConfigFolder      = configFolder + "/cni"
	registryHostsFolder  = configFolder + "/registry-hosts"
	runcFolder           = containerdFolder + "/runc"
)

// rotation is when the kubelet rotates a container's log.
type rotation struct {
	MaxSize string `json:"maxSize"`
	Every   string `json:"every"`
}

var quantity = regexp.MustCompile(`^[1-9][0-9]*(k|M|G|Ki|Mi|Gi)?$`)

// rotationFromEnvironment never rotates unless asked to: tests want no rotation that they did not ask for.
func rotationFromEnvironment() (rotation, error) {
	r := rotation{MaxSize: os.Getenv("LOG_MAX_SIZE"), Every: os.Getenv("LOG_ROTATE_EVERY")}
	if r.MaxSize == "" {
		r.MaxSize = "1Gi"
	}
	if r.Every == "" {
		r.Every = "10s"
	}
	if !quantity.MatchString(r.MaxSize) {
		return r, fmt.Errorf("LOG_MAX_SIZE=%s is no size: say for example 1Mi", r.MaxSize)
	}
	if every, err := time.ParseDuration(r.Every); err != nil || every < 3*time.Second {
		return r, fmt.Errorf("LOG_ROTATE_EVERY=%s is no duration of 3s or more, which is the kubelet's limit", r.Every)
	}
	return r, nil
}

// writeConfigs writes all configuration files but the kubelet's.
func writeConfigs(n *node) error {
	snapshotter, err := snapshotterFor(stateFolder)
	if err != nil {
		return err
	}
	hosts := registryHosts(n.Ports)
	files := map[string]string{
		containerdConfigPath:                         containerdConfig(snapshotter),
		registryHostsFolder + "/_default/hosts.toml": hosts,
		cniConfigFolder + "/10-onenode.conflist":     cniConfig(n.Network),
	}
	for path, content := range files {
		if err := writeFileWhole(path, []byte(content), 0o644); err != nil {
			return err
		}
	}
	for _, user := range []string{"admin", "controller-manager", "scheduler", "kubelet"} {
		if err := writeKubeconfig(user, n.Ports); err != nil {
			return err
		}
	}
	return nil
}

// snapshotterFor avoids an overlay on an overlay, which the kernel refuses: inside a container, layers are copied.
func snapshotterFor(folder string) (string, error) {
	const overlayMagic = 0x794c7630
	var system syscall.Statfs_t
	if err := syscall.Statfs(folder, &system); err != nil {
		return "", err
	}
	if system.Type == overlayMagic {
		return "native", nil
	}
	return "overlayfs", nil
}

// containerdConfig keeps everything below our own folder, where other users of containerd look for nothing.
func containerdConfig(snapshotter string) string {
	return fmt.Sprintf(`version = 2
root = %q
state = %q
disabled_plugins = ["io.containerd.snapshotter.v1.aufs", "io.containerd.snapshotter.v1.btrfs", "io.containerd.snapshotter.v1.devmapper", "io.containerd.snapshotter.v1.zfs", "io.containerd.internal.v1.tracing", "io.containerd.tracing.processor.v1.otlp"]

[grpc]
  address = %q

[plugins."io.containerd.internal.v1.opt"]
  path = %q

[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = %q
  # Lowering a score needs CAP_SYS_RESOURCE, which root does not have everywhere.
  restrict_oom_score_adj = true
  # Else they are mounted in /run/netns, where it cannot be told whose they are.
  netns_mounts_under_state_dir = true
  [plugins."io.containerd.grpc.v1.cri".containerd]
    snapshotter = %q
    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
      runtime_type = "io.containerd.runc.v2"
      [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
        Root = %q
  [plugins."io.containerd.grpc.v1.cri".registry]
    config_path = %q
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = %q
    conf_dir = %q
`, containerdFolder+"/root", containerdFolder+"/state", containerdSocket, containerdFolder+"/opt",
		pauseImage, snapshotter, runcFolder, registryHostsFolder, cniFolder, cniConfigFolder)
}

// registryHosts sends pulls from every registry to ours, so that nothing is ever looked for outside the machine.
func registryHosts(p ports) string {
	address := "http://" + loopback(p.Registry)
	return fmt.Sprintf("server = %q\n[host.%q]\n  capabilities = [\"pull\", \"resolve\"]\n", address, address)
}

// cniConfig puts the pods on the bridge, which has its address already: were the plugin to give it one (isGateway),
// it would also make the machine forward packets.
func cniConfig(n network) string {
	return toJSON(map[string]any{
		"cniVersion": "0.4.0",
		"name":       networkName,
		"plugins": []any{map[string]any{
			"type":        "bridge",
			"bridge":      bridgeName,
			"isGateway":   false,
			"ipMasq":      false,
			"hairpinMode": true,
			"ipam": map[string]any{
				"type":    "host-local",
				"dataDir": leaseFolder,
				"ranges":  [][]any{{map[string]any{"subnet": n.Pods.String(), "gateway": n.Node.String()}}},
				"routes":  []any{map[string]any{"dst": "0.0.0.0/0"}},
			},
		}},
	})
}

func writeKubeletConfig(n *node) error {
	return writeFileWhole(kubeletConfigPath, []byte(kubeletConfig(n)), 0o644)
}

// kubeletConfig is JSON, which is YAML too.
func kubeletConfig(n *node) string {
	return toJSON(map[string]any{
		"apiVersion": "kubelet.config.k8s.io/v1beta1",
		"kind":       "KubeletConfiguration",

		"address":            n.Network.Node.String(),
		"port":               n.Ports.Kubelet,
		"healthzBindAddress": "127.0.0.1",
		"healthzPort":        n.Ports.KubeletHealth,
		"tlsCertFile":        pkiPath("kubelet-serving.crt"),
		"tlsPrivateKeyFile":  pkiPath("kubelet-serving.key"),
		"authentication": map[string]any{
			"anonymous": map[string]any{"enabled": false},
			"webhook":   map[string]any{"enabled": true},
			"x509":      map[string]any{"clientCAFile": pkiPath("ca.crt")},
		},
		"authorization": map[string]any{"mode": "Webhook"},

		"containerRuntimeEndpoint": "unix://" + containerdSocket,
		"podLogsDir":               podLogFolder,
		"volumePluginDir":          volumePluginFolder,
		"staticPodPath":            "",
		"maxPods":                  200,

		// Both versions of cgroups will do. All containers are below one cgroup of ours: what is in it is ours to end.
		"cgroupDriver": "cgroupfs",
		"cgroupRoot":   "/" + cgroupName,
		"failCgroupV1": false,
		"failSwapOn":   false,

		// The node has no DNS: with none configured, the kubelet writes a warning into the events of every pod.
		"clusterDNS": []string{n.Network.Node.String()},
		"resolvConf": "",
		// The node has no iptables rules to look after.
		"makeIPTablesUtilChains": false,

		// Tests start many pods at once, from a registry on the same machine, and wait for their events. 0 does not mean
		// without limit for events, whatever its documentation says: client-go takes it for its default, five a second
		// (cmd/kubelet/app/server.go, client-go rest.RESTClientFor).
		"registryPullQPS":     0,
		"serializeImagePulls": false,
		"eventRecordQPS":      1000,
		"eventBurst":          1000,

		// Images are few and are fetched from the machine itself; a nearly full disk is no reason to evict.
		"imageGCHighThresholdPercent": 100,
		"evictionHard": map[string]string{
			"memory.available": "100Mi", "nodefs.available": "100Mi", "imagefs.available": "100Mi",
			"nodefs.inodesFree": "1%", "imagefs.inodesFree": "1%",
		},

		"containerLogMaxSize":         n.Rotation.MaxSize,
		"containerLogMonitorInterval": n.Rotation.Every,
	})
}

func toJSON(value any) string {
	content, err := json.MarshalIndent(value, "", "  ")
	if err != nil {
		panic(err) // plain maps of plain values
	}
	return string(content) + "\n"
}
