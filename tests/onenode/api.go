// The few questions that the manager asks the Kubernetes API, with the standard library alone.
//
// This file decides how they are asked. What follows from the answers is decided in components.go.

package main

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"strings"
	"time"
)

type api struct {
	client *http.Client
	base   string
	broken error // why the client could not be made
}

// api speaks as the administrator. Each call makes a client anew: they are rare, and none keeps an old connection.
func (n *node) api() api {
	authority, err := os.ReadFile(pkiPath("ca.crt"))
	if err != nil {
		return api{broken: err}
	}
	certificate, err := tls.LoadX509KeyPair(pkiPath("admin.crt"), pkiPath("admin.key"))
	if err != nil {
		return api{broken: err}
	}
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(authority)
	return api{
		client: &http.Client{Timeout: 5 * time.Second, Transport: &http.Transport{
			DisableKeepAlives: true,
			TLSClientConfig:   &tls.Config{RootCAs: pool, Certificates: []tls.Certificate{certificate}},
		}},
		base: "https://" + loopback(n.Ports.Apiserver),
	}
}

func (a api) ready() error { return a.get("/readyz", nil) }

func (a api) hasDefaultServiceAccount() error {
	return a.get("/api/v1/namespaces/default/serviceaccounts/default", nil)
}

// nodeReady tells whether the node takes pods.
func (a api) nodeReady() error {
	var node struct {
		Status struct {
			Conditions []struct{ Type, Status, Message string }
		}
		Spec struct {
			Taints []struct{ Key string }
		}
	}
	if err := a.get("/api/v1/nodes/"+nodeName, &node); err != nil {
		return err
	}
	for _, condition := range node.Status.Conditions {
		if condition.Type == "Ready" && condition.Status != "True" {
			return errors.New("the node is not ready: " + condition.Message)
		}
		if condition.Type == "Ready" && len(node.Spec.Taints) == 0 {
			return nil
		}
	}
	return errors.New("the node takes no pods yet")
}

// kubeletKnowsPods tells whether the kubelet has heard of all its pods: one that was just started answers requests
// for their logs with "not found" until then.
func (a api) kubeletKnowsPods() error {
	var assigned, known struct {
		Items []struct {
			Metadata struct{ Namespace, Name, UID string }
		}
	}
	if err := a.get("/api/v1/pods?fieldSelector=spec.nodeName="+nodeName, &assigned); err != nil {
		return err
	}
	if err := a.get("/api/v1/nodes/"+nodeName+"/proxy/pods", &known); err != nil {
		return err
	}
	knownUIDs := map[string]bool{}
	for _, pod := range known.Items {
		knownUIDs[pod.Metadata.UID] = true
	}
	for _, pod := range assigned.Items {
		if !knownUIDs[pod.Metadata.UID] {
			return fmt.Errorf("the kubelet does not know the pod %s/%s yet", pod.Metadata.Namespace, pod.Metadata.Name)
		}
	}
	return nil
}

// get asks for one path, and decodes the answer unless into is nil.
func (a api) get(path string, into any) error {
	if a.broken != nil {
		return a.broken
	}
	response, err := a.client.Get(a.base + path)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("%s answers %s", path, strings.ToLower(response.Status))
	}
	if into == nil {
		return nil
	}
	return json.NewDecoder(response.Body).Decode(into)
}
