// `rotate`: a container's log is rotated on demand, as the kubelet does it when the log is too long.
//
// This file decides which file is renamed, and how the container runtime is asked to begin another one.

package main

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// containerOnNode is what names the log of the current run of a container.
type containerOnNode struct {
	namespace, pod, podUID, name string
	id                           string // the runtime's
	restarts                     int
}

func rotate(arguments []string) error {
	var parts []string
	if len(arguments) == 1 {
		parts = strings.Split(arguments[0], "/")
	}
	if len(parts) != 3 {
		return errors.New("onenode rotate NAMESPACE/POD/CONTAINER")
	}
	n := loadNode()
	if n == nil {
		return errors.New("there is no node on this machine: onenode up makes one")
	}
	container, err := n.api().container(parts[0], parts[1], parts[2])
	if err != nil {
		return err
	}
	log := container.logPath()
	// The kubelet's name for it (rotateLatestLog in pkg/kubelet/logs). It rotates no log twice in a second.
	rotated := log + "." + time.Now().Format("20060102-150405")
	if exists(rotated) {
		return fmt.Errorf("the log was rotated within this second: %s", rotated)
	}
	if err := os.Rename(log, rotated); err != nil {
		return err
	}
	return reopenLog(container.id)
}

func (c containerOnNode) logPath() string {
	folder := fmt.Sprintf("%s_%s_%s", c.namespace, c.pod, c.podUID)
	return filepath.Join(podLogFolder, folder, c.name, fmt.Sprintf("%d.log", c.restarts))
}

// container finds a container that runs.
func (a api) container(namespace, pod, name string) (containerOnNode, error) {
	var found struct {
		Metadata struct{ UID string }
		Status   struct {
			ContainerStatuses []struct {
				Name, ContainerID string
				RestartCount      int
			}
		}
	}
	if err := a.get("/api/v1/namespaces/"+namespace+"/pods/"+pod, &found); err != nil {
		return containerOnNode{}, err
	}
	for _, status := range found.Status.ContainerStatuses {
		if _, id, runs := strings.Cut(status.ContainerID, "://"); runs && status.Name == name {
			return containerOnNode{namespace, pod, found.Metadata.UID, name, id, status.RestartCount}, nil
		}
	}
	return containerOnNode{}, fmt.Errorf("pod %s/%s has no container %s that ran", namespace, pod, name)
}

// reopenLog asks the runtime to write a container's log to a new file: the one call of CRI that is needed, so gRPC is
// spoken by hand. A message is a byte (0: not compressed), its length in four, and the protocol buffer.
func reopenLog(id string) error {
	if len(id) > 127 {
		return fmt.Errorf("the container's id is too long: %s", id)
	}
	request := append([]byte{1<<3 | 2, byte(len(id))}, id...) // field 1, container_id, is a string
	frame := append(binary.BigEndian.AppendUint32([]byte{0}, uint32(len(request))), request...)

	protocols := new(http.Protocols)
	protocols.SetUnencryptedHTTP2(true)
	client := &http.Client{Timeout: 30 * time.Second, Transport: &http.Transport{
		Protocols:         protocols,
		DisableKeepAlives: true,
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, "unix", containerdSocket)
		},
	}}
	call, err := http.NewRequest(http.MethodPost, "http://runtime/runtime.v1.RuntimeService/ReopenContainerLog", bytes.NewReader(frame))
	if err != nil {
		return err
	}
	call.Header.Set("Content-Type", "application/grpc")
	call.Header.Set("TE", "trailers")
	answer, err := client.Do(call)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	// The trailers come after the body.
	if _, err := io.Copy(io.Discard, answer.Body); err != nil {
		return err
	}
	// An answer without a message has its status in the header.
	for _, said := range []http.Header{answer.Trailer, answer.Header} {
		if said.Get("Grpc-Status") == "0" {
			return nil
		}
		if message := said.Get("Grpc-Message"); message != "" {
			return errors.New("the container runtime: " + message)
		}
	}
	return errors.New("the container runtime answers " + answer.Status)
}
