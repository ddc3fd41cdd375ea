// What is recorded about the node: who made it, from what, and the addresses chosen for it.
//
// This file decides the record's form. It is written whole or not at all, and a record that cannot be read, or is not
// in phase "ready", stands for a node that was never finished.

package main

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"time"
)

type node struct {
	Phase    string    `json:"phase"`
	Checkout string    `json:"checkout"`
	Inputs   string    `json:"inputs"`
	Since    time.Time `json:"since"`
	BootID   string    `json:"bootID"`

	// Kubernetes is the folder of the binary; ImageFolders are what the registry serves. Both are in the cache.
	Kubernetes   string   `json:"kubernetes"`
	ImageFolders []string `json:"imageFolders"`

	Network  network  `json:"network"`
	Ports    ports    `json:"ports"`
	Rotation rotation `json:"rotation"`
}

const (
	phaseCreating = "creating"
	phaseReady    = "ready"
)

// nodeName is the node's name in Kubernetes.
const nodeName = "node1"

// loadNode returns nil when there is no node, or none that was finished in this boot of the machine.
func loadNode() *node {
	content, err := os.ReadFile(nodeFile)
	if err != nil {
		return nil
	}
	var n node
	if json.Unmarshal(content, &n) != nil || n.Phase != phaseReady || n.BootID != bootID() {
		return nil
	}
	return &n
}

func (n *node) save() error {
	content, err := json.MarshalIndent(n, "", "  ")
	if err != nil {
		return err
	}
	return writeFileWhole(nodeFile, append(content, '\n'), 0o644)
}

// kubernetesBinary is the one binary with all programs of Kubernetes.
func (n *node) kubernetesBinary() string { return n.Kubernetes + "/onenode-kubernetes" }

// cacheGone tells whether something that the node was made of is no longer in the cache. What is there is marked as
// used, so that it is not forgotten.
func (n *node) cacheGone() bool {
	for _, folder := range append([]string{n.Kubernetes}, n.ImageFolders...) {
		if markUsed(folder) != nil {
			return true
		}
	}
	return false
}

func (n *node) describe() string {
	return fmt.Sprintf("the checkout %s, since %s", n.Checkout, n.Since.Format("2006-01-02 15:04:05"))
}

// bootID names this boot of the machine: process ids and start times mean nothing in another one.
func bootID() string {
	content, err := os.ReadFile("/proc/sys/kernel/random/boot_id")
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(content))
}
