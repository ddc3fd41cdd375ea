// The way from the pods to the apiserver: it listens on the bridge and passes connections on to 127.0.0.1.
//
// The apiserver itself can listen on one address or on all. On all it would be open to other machines, and on the
// bridge's alone kubectl would depend on the bridge. So it is on loopback, and this is the small part of kube-proxy
// that one node needs: the address of the service "kubernetes", and the node's own.

package main

import (
	"errors"
	"io"
	"log"
	"net"
)

// serveGateway is the component: where to pass connections on to, then the addresses to listen on.
func serveGateway(arguments []string) error {
	if len(arguments) < 2 {
		return errors.New("component-gateway needs a target and addresses to listen on")
	}
	target, addresses := arguments[0], arguments[1:]
	ended := make(chan error)
	listening := 0
	for _, address := range addresses {
		listener, err := net.Listen("tcp", address)
		if err != nil {
			// A web server on all addresses has the services' port 443: then the other address must do.
			log.Printf("pods will not find the apiserver at %s: %v", address, err)
			continue
		}
		listening++
		go func() { ended <- acceptAll(listener, target) }()
	}
	if listening == 0 {
		return errors.New("can listen on none of the addresses")
	}
	return <-ended
}

func acceptAll(listener net.Listener, target string) error {
	for {
		connection, err := listener.Accept()
		if err != nil {
			return err
		}
		go passOn(connection.(*net.TCPConn), target)
	}
}

// passOn copies both ways until both sides are done; the end of one direction is passed on as such.
func passOn(pod *net.TCPConn, target string) {
	defer pod.Close()
	connection, err := net.Dial("tcp", target)
	if err != nil {
		log.Printf("the apiserver does not answer: %v", err)
		return
	}
	defer connection.Close()
	server := connection.(*net.TCPConn)
	answered := make(chan struct{})
	go func() {
		io.Copy(pod, server)
		pod.CloseWrite()
		close(answered)
	}()
	io.Copy(server, pod)
	server.CloseWrite()
	<-answered
}
