// What runs on the node: each component's command line, and how one sees that it is well.
//
// This file decides the components and their order. Their configuration files are in config.go; how processes are
// started and known again is in process.go.

package main

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"syscall"
	"time"
)

// component is one long-lived process.
type component struct {
	name    string
	argv    func(n *node) []string
	healthy func(n *node) error // nil: it is enough that it lives
}

// stages are started one after the other: what is in a stage needs only what is in the stages before it.
var stages = [][]component{
	{
		{"registry", registryArgv, registryHealthy},
		{"gateway", gatewayArgv, gatewayHealthy},
		{"containerd", containerdArgv, containerdHealthy},
		{"etcd", etcdArgv, etcdHealthy},
	},
	{
		{"kube-apiserver", apiserverArgv, apiserverHealthy},
	},
	{
		{"kube-controller-manager", controllerManagerArgv, controllerManagerHealthy},
		{"kube-scheduler", schedulerArgv, nil},
		{"kubelet", kubeletArgv, kubeletHealthy},
	},
}

func componentNames() []string {
	var names []string
	for _, stage := range stages {
		for _, c := range stage {
			names = append(names, c.name)
		}
	}
	return names
}

// census tells apart the components that have no living process, and those that live but are stopped.
func census() (dead, stopped []string) {
	for _, name := range componentNames() {
		switch process, alive := recorded(name); {
		case !alive:
			dead = append(dead, name)
		case process.stopped():
			stopped = append(stopped, name)
		}
	}
	return dead, stopped
}

// startDead starts every component that does not live, wakes those that are stopped, and waits until all are well.
func startDead(n *node) error {
	for _, stage := range stages {
		for _, c := range stage {
			if err := c.startOrWake(n); err != nil {
				return err
			}
		}
		for _, c := range stage {
			err := c.waitHealthy(n)
			// A process that is just being killed may still have looked alive: that is no failure to start.
			if errors.Is(err, errEnded) {
				if err = c.startOrWake(n); err == nil {
					err = c.waitHealthy(n)
				}
			}
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// allHealthy asks every component, and asks again for a moment: a kubelet may just be hearing of a new pod.
func allHealthy(n *node) bool {
	return nil == waitUntil(3*time.Second, 100*time.Millisecond, func() error {
		for _, stage := range stages {
			for _, c := range stage {
				if c.healthy == nil {
					continue
				}
				if err := c.healthy(n); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

func (c component) startOrWake(n *node) error {
	if process, alive := recorded(c.name); alive {
		process.signal(syscall.SIGCONT)
		return nil
	}
	say("starting %s", c.name)
	return launch(c.name, c.argv(n))
}

var errEnded = errors.New("the component has ended")

// waitHealthy gives a component the time it may take on a machine that is busy with something else.
func (c component) waitHealthy(n *node) error {
	const limit = 2 * time.Minute
	return waitUntil(limit, 100*time.Millisecond, func() error {
		if _, alive := recorded(c.name); !alive {
			return finalError{fmt.Errorf("%s: %w%s", c.name, errEnded, logTail(c.name))}
		}
		if c.healthy == nil {
			return nil
		}
		if err := c.healthy(n); err != nil {
			return fmt.Errorf("%s is not well after %s: %w%s", c.name, limit, err, logTail(c.name))
		}
		return nil
	})
}

func registryArgv(n *node) []string {
	return append([]string{ownBinary, "component-registry", loopback(n.Ports.Registry)}, n.ImageFolders...)
}

func registryHealthy(n *node) error {
	return getOK("http://" + loopback(n.Ports.Registry) + "/v2/")
}

func gatewayArgv(n *node) []string {
	return []string{ownBinary, "component-gateway", loopback(n.Ports.Apiserver),
		fmt.Sprintf("%s:%d", n.Network.Node, n.Ports.Apiserver), fmt.Sprintf("%s:443", n.Network.Service)}
}

func gatewayHealthy(n *node) error {
	connection, err := net.DialTimeout("tcp", fmt.Sprintf("%s:%d", n.Network.Node, n.Ports.Apiserver), time.Second)
	if err != nil {
		return err
	}
	return connection.Close()
}

func containerdArgv(*node) []string {
	return []string{"containerd", "--config", containerdConfigPath}
}

func containerdHealthy(*node) error {
	connection, err := net.DialTimeout("unix", containerdSocket, time.Second)
	if err != nil {
		return err
	}
	return connection.Close()
}

func etcdArgv(n *node) []string {
	client, peer := "http://"+loopback(n.Ports.Etcd), "http://"+loopback(n.Ports.EtcdPeer)
	return []string{n.kubernetesBinary(), "etcd",
		"--data-dir=" + stateFolder + "/etcd",
		"--listen-client-urls=" + client, "--advertise-client-urls=" + client,
		"--listen-peer-urls=" + peer, "--initial-advertise-peer-urls=" + peer, "--initial-cluster=default=" + peer,
		// Losing the node with the machine's power is fine, and waiting for disks is not.
		"--unsafe-no-fsync",
	}
}

func etcdHealthy(n *node) error {
	return getOK("http://" + loopback(n.Ports.Etcd) + "/health")
}

func apiserverArgv(n *node) []string {
	return []string{n.kubernetesBinary(), "kube-apiserver",
		"--etcd-servers=http://" + loopback(n.Ports.Etcd),
		"--bind-address=127.0.0.1", fmt.Sprintf("--secure-port=%d", n.Ports.Apiserver),
		"--advertise-address=" + n.Network.Node.String(), "--endpoint-reconciler-type=none",
		"--service-cluster-ip-range=" + n.Network.Services.String(),
		"--client-ca-file=" + pkiPath("ca.crt"),
		"--tls-cert-file=" + pkiPath("apiserver.crt"), "--tls-private-key-file=" + pkiPath("apiserver.key"),
		"--service-account-issuer=https://kubernetes.default.svc",
		"--service-account-key-file=" + pkiPath("service-account.pub"),
		"--service-account-signing-key-file=" + pkiPath("service-account.key"),
		"--kubelet-certificate-authority=" + pkiPath("ca.crt"),
		"--kubelet-client-certificate=" + pkiPath("apiserver-kubelet-client.crt"),
		"--kubelet-client-key=" + pkiPath("apiserver-kubelet-client.key"),
		"--kubelet-preferred-address-types=InternalIP",
		"--authorization-mode=Node,RBAC", "--enable-admission-plugins=NodeRestriction",
		"--allow-privileged",
	}
}

func apiserverHealthy(n *node) error { return n.api().ready() }

func controllerManagerArgv(n *node) []string {
	return []string{n.kubernetesBinary(), "kube-controller-manager",
		"--kubeconfig=" + kubeconfigPath("controller-manager"),
		"--root-ca-file=" + pkiPath("ca.crt"),
		"--service-account-private-key-file=" + pkiPath("service-account.key"),
		"--cluster-signing-cert-file=" + pkiPath("ca.crt"), "--cluster-signing-key-file=" + pkiPath("ca.key"),
		"--use-service-account-credentials", "--leader-elect=false", "--secure-port=0",
		"--flex-volume-plugin-dir=" + volumePluginFolder, // else it makes one in /usr
	}
}

// controllerManagerHealthy looks for what pods need of it first: without a service account no pod is admitted.
func controllerManagerHealthy(n *node) error { return n.api().hasDefaultServiceAccount() }

func schedulerArgv(n *node) []string {
	return []string{n.kubernetesBinary(), "kube-scheduler",
		"--kubeconfig=" + kubeconfigPath("scheduler"), "--leader-elect=false", "--secure-port=0",
	}
}

func kubeletArgv(n *node) []string {
	return []string{n.kubernetesBinary(), "kubelet",
		"--config=" + kubeletConfigPath, "--kubeconfig=" + kubeconfigPath("kubelet"),
		"--root-dir=" + kubeletFolder, "--cert-dir=" + kubeletFolder + "/pki",
		"--hostname-override=" + nodeName, "--node-ip=" + n.Network.Node.String(),
	}
}

// kubeletHealthy asks the kubelet itself too: after a restart, the node's condition is still the old kubelet's.
func kubeletHealthy(n *node) error {
	if err := getOK("http://" + loopback(n.Ports.KubeletHealth) + "/healthz"); err != nil {
		return err
	}
	if err := n.api().nodeReady(); err != nil {
		return err
	}
	return n.api().kubeletKnowsPods()
}

// plainClient keeps no connections, so that a component which was started again is asked itself.
var plainClient = &http.Client{Timeout: 2 * time.Second, Transport: &http.Transport{DisableKeepAlives: true}}

func getOK(url string) error {
	response, err := plainClient.Get(url)
	if err != nil {
		return err
	}
	response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return errors.New(url + " answers " + strings.ToLower(response.Status))
	}
	return nil
}
