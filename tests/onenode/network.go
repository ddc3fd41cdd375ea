// The node's addresses: a bridge for the pods, a subnet that nothing else on this machine uses, and free ports.
//
// Addresses are chosen once, when the node is made, and recorded, so that a component which is started again is found
// where it was. Nothing is routed to or from other machines: the pods reach the bridge and each other, no more.

package main

import (
	"encoding/binary"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"os/exec"
	"strconv"
	"strings"
)

const (
	bridgeName = "onenode0"
	cniFolder  = "/usr/lib/cni"

	// Else the bridge takes the lowest address of its ports: another one as pods come and go, and for some seconds those that
	// stay send what is for the node to where nobody is.
	bridgeAddress = "02:6f:6e:65:6e:6f"

	// networkName is in the names of files that the CNI library keeps outside our folder.
	networkName = "kubectl-sidecar-onenode"
	cniResults  = "/var/lib/cni/results"
)

// network is one /16, halved between pods and services.
type network struct {
	Pods     netip.Prefix `json:"pods"`
	Services netip.Prefix `json:"services"`
	Node     netip.Addr   `json:"node"`    // the bridge's address: the kubelet listens here
	Service  netip.Addr   `json:"service"` // the address that every pod is told to find the apiserver at
}

func networkOf(second byte) network {
	pods := netip.PrefixFrom(netip.AddrFrom4([4]byte{10, second, 0, 0}), 17)
	services := netip.PrefixFrom(netip.AddrFrom4([4]byte{10, second, 128, 0}), 17)
	return network{Pods: pods, Services: services, Node: pods.Addr().Next(), Service: services.Addr().Next()}
}

// chooseNetwork takes the first /16 that overlaps no route of this machine.
func chooseNetwork() (network, error) {
	table, err := os.ReadFile("/proc/net/route")
	if err != nil {
		return network{}, err
	}
	taken, err := parseRoutes(string(table))
	if err != nil {
		return network{}, err
	}
	for second := byte(213); second >= 128; second-- {
		candidate := netip.PrefixFrom(netip.AddrFrom4([4]byte{10, second, 0, 0}), 16)
		if !overlapsAny(candidate, taken) {
			return networkOf(second), nil
		}
	}
	return network{}, errors.New("every subnet from 10.128.0.0/16 to 10.213.0.0/16 overlaps a route of this machine (see ip route): remove one")
}

func overlapsAny(candidate netip.Prefix, taken []netip.Prefix) bool {
	for _, prefix := range taken {
		// The default route overlaps all; it takes what nobody else has.
		if prefix.Bits() > 0 && prefix.Overlaps(candidate) {
			return true
		}
	}
	return false
}

// parseRoutes reads /proc/net/route, where addresses are hexadecimal in the machine's byte order.
func parseRoutes(table string) ([]netip.Prefix, error) {
	var prefixes []netip.Prefix
	for number, line := range strings.Split(table, "\n") {
		fields := strings.Fields(line)
		if number == 0 || len(fields) < 8 {
			continue // the heading, or the end
		}
		destination, err := strconv.ParseUint(fields[1], 16, 32)
		if err != nil {
			return nil, fmt.Errorf("/proc/net/route: %w", err)
		}
		mask, err := strconv.ParseUint(fields[7], 16, 32)
		if err != nil {
			return nil, fmt.Errorf("/proc/net/route: %w", err)
		}
		var address, bits [4]byte
		binary.NativeEndian.PutUint32(address[:], uint32(destination))
		binary.NativeEndian.PutUint32(bits[:], uint32(mask))
		length, _ := net.IPMask(bits[:]).Size()
		prefixes = append(prefixes, netip.PrefixFrom(netip.AddrFrom4(address), length))
	}
	return prefixes, nil
}

// ports are on 127.0.0.1, but for the kubelet's, which is on the bridge.
type ports struct {
	Apiserver     int `json:"apiserver"`
	Etcd          int `json:"etcd"`
	EtcdPeer      int `json:"etcdPeer"`
	Registry      int `json:"registry"`
	KubeletHealth int `json:"kubeletHealth"`
	Kubelet       int `json:"kubelet"`
}

// choosePorts prefers fixed ports, so that people meet the same ones every day, and takes free ones where they are used.
func choosePorts() (ports, error) {
	var p ports
	wanted := []struct {
		port      *int
		preferred int
	}{{&p.Apiserver, 17443}, {&p.Etcd, 17379}, {&p.EtcdPeer, 17380}, {&p.Registry, 17500}, {&p.KubeletHealth, 17248}, {&p.Kubelet, 17250}}

	// All are held until all are chosen, or two might get the same.
	var held []net.Listener
	defer func() {
		for _, listener := range held {
			listener.Close()
		}
	}()
	for _, w := range wanted {
		listener, err := net.Listen("tcp", loopback(w.preferred))
		if err != nil {
			listener, err = net.Listen("tcp", loopback(0))
		}
		if err != nil {
			return ports{}, fmt.Errorf("no free port on 127.0.0.1: %w", err)
		}
		held = append(held, listener)
		*w.port = listener.Addr().(*net.TCPAddr).Port
	}
	return p, nil
}

func loopback(port int) string { return net.JoinHostPort("127.0.0.1", strconv.Itoa(port)) }

// addBridge makes the bridge and gives it the node's address, and the address of the service "kubernetes".
func addBridge(n network) error {
	commands := [][]string{
		{"link", "add", bridgeName, "address", bridgeAddress, "type", "bridge"},
		{"address", "replace", netip.PrefixFrom(n.Node, n.Pods.Bits()).String(), "dev", bridgeName},
		{"address", "replace", n.Service.String() + "/32", "dev", bridgeName},
		{"link", "set", bridgeName, "up"},
	}
	if bridgeExists() {
		commands = commands[1:]
	}
	for _, command := range commands {
		if output, err := exec.Command("ip", command...).CombinedOutput(); err != nil {
			return fmt.Errorf("cannot set up the bridge %s: ip %s: %w: %s", bridgeName, strings.Join(command, " "), err, output)
		}
	}
	return nil
}

func bridgeExists() bool { return exists("/sys/class/net/" + bridgeName) }

func removeBridge() error {
	if !bridgeExists() {
		return nil
	}
	if output, err := exec.Command("ip", "link", "delete", bridgeName).CombinedOutput(); err != nil {
		return fmt.Errorf("cannot remove the bridge %s: %w: %s", bridgeName, err, output)
	}
	return nil
}
