// The node's own certificate authority, the certificates and keys of its components, and their kubeconfigs.
//
// All of it is made anew for each node and means nothing outside it, so certificates just last longer than any node.
// Who may do what with a certificate is decided by Kubernetes, from the names given here.

package main

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"text/template"
	"time"
)

const certificateLife = 10 * 365 * 24 * time.Hour

// certificate says what one certificate is for.
type certificate struct {
	file         string
	name         string
	organization string
	usage        x509.ExtKeyUsage
	dnsNames     []string
	addresses    []net.IP
}

func certificatesOf(n network) []certificate {
	localhost, nodeIP, serviceIP := net.IPv4(127, 0, 0, 1), n.Node.AsSlice(), n.Service.AsSlice()
	client, server := x509.ExtKeyUsageClientAuth, x509.ExtKeyUsageServerAuth
	return []certificate{
		{file: "apiserver", name: "kube-apiserver", usage: server,
			dnsNames:  []string{"localhost", "kubernetes", "kubernetes.default", "kubernetes.default.svc", "kubernetes.default.svc.cluster.local"},
			addresses: []net.IP{localhost, nodeIP, serviceIP}},
		{file: "kubelet-serving", name: "system:node:" + nodeName, organization: "system:nodes", usage: server,
			dnsNames: []string{nodeName}, addresses: []net.IP{nodeIP}},
		{file: "apiserver-kubelet-client", name: "kube-apiserver-kubelet-client", organization: "system:masters", usage: client},
		{file: "admin", name: "kubernetes-admin", organization: "system:masters", usage: client},
		{file: "controller-manager", name: "system:kube-controller-manager", usage: client},
		{file: "scheduler", name: "system:kube-scheduler", usage: client},
		{file: "kubelet", name: "system:node:" + nodeName, organization: "system:nodes", usage: client},
	}
}

// writePKI makes every key and certificate of a node.
func writePKI(n network) error {
	authority, authorityKey, err := newAuthority()
	if err != nil {
		return err
	}
	for _, c := range certificatesOf(n) {
		if err := c.issue(authority, authorityKey); err != nil {
			return fmt.Errorf("certificate %s: %w", c.file, err)
		}
	}
	// The key pair that signs the tokens of service accounts.
	key, err := newKey("service-account")
	if err != nil {
		return err
	}
	public, err := x509.MarshalPKIXPublicKey(&key.PublicKey)
	if err != nil {
		return err
	}
	return writePEM("service-account.pub", "PUBLIC KEY", public)
}

func newAuthority() (*x509.Certificate, *ecdsa.PrivateKey, error) {
	key, err := newKey("ca")
	if err != nil {
		return nil, nil, err
	}
	template := &x509.Certificate{
		Subject: pkix.Name{CommonName: "onenode-ca"}, IsCA: true, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature,
	}
	der, err := sign(template, template, key, key)
	if err != nil {
		return nil, nil, err
	}
	authority, err := x509.ParseCertificate(der)
	return authority, key, errors.Join(err, writePEM("ca.crt", "CERTIFICATE", der))
}

func (c certificate) issue(authority *x509.Certificate, authorityKey *ecdsa.PrivateKey) error {
	key, err := newKey(c.file)
	if err != nil {
		return err
	}
	template := &x509.Certificate{
		Subject:     pkix.Name{CommonName: c.name},
		KeyUsage:    x509.KeyUsageDigitalSignature,
		ExtKeyUsage: []x509.ExtKeyUsage{c.usage},
		DNSNames:    c.dnsNames,
		IPAddresses: c.addresses,
	}
	if c.organization != "" {
		template.Subject.Organization = []string{c.organization}
	}
	der, err := sign(template, authority, key, authorityKey)
	if err != nil {
		return err
	}
	return writePEM(c.file+".crt", "CERTIFICATE", der)
}

// sign fills in what all certificates have in common.
func sign(template, parent *x509.Certificate, key, parentKey *ecdsa.PrivateKey) ([]byte, error) {
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 127))
	if err != nil {
		return nil, err
	}
	template.SerialNumber = serial
	template.NotBefore = time.Now().Add(-time.Hour) // clocks that are set back a little do no harm
	template.NotAfter = time.Now().Add(certificateLife)
	return x509.CreateCertificate(rand.Reader, template, parent, &key.PublicKey, parentKey)
}

func newKey(file string) (*ecdsa.PrivateKey, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, err
	}
	return key, writePEM(file+".key", "PRIVATE KEY", der)
}

func writePEM(name, kind string, der []byte) error {
	return writeFileWhole(pkiPath(name), pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), 0o600)
}

func pkiPath(name string) string { return filepath.Join(pkiFolder, name) }

// Names and addresses as kubectl config view shows them; the rest is base64.
var kubeconfigTemplate = template.Must(template.New("kubeconfig").Parse(`apiVersion: v1
kind: Config
clusters:
- name: onenode
  cluster:
    server: https://{{.Server}}
    certificate-authority-data: {{.Authority}}
users:
- name: {{.User}}
  user:
    client-certificate-data: {{.Certificate}}
    client-key-data: {{.Key}}
contexts:
- name: onenode
  context:
    cluster: onenode
    user: {{.User}}
current-context: onenode
`))

// kubeconfigPath is the kubeconfig of the holder of one certificate.
func kubeconfigPath(user string) string { return filepath.Join(configFolder, user+".kubeconfig") }

func writeKubeconfig(user string, p ports) error {
	encoded := map[string]string{"Server": loopback(p.Apiserver), "User": user}
	for field, file := range map[string]string{"Authority": "ca.crt", "Certificate": user + ".crt", "Key": user + ".key"} {
		content, err := os.ReadFile(pkiPath(file))
		if err != nil {
			return err
		}
		encoded[field] = base64.StdEncoding.EncodeToString(content)
	}
	var text bytes.Buffer
	if err := kubeconfigTemplate.Execute(&text, encoded); err != nil {
		return err
	}
	return writeFileWhole(kubeconfigPath(user), text.Bytes(), 0o600)
}
