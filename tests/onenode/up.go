// `up`: what is done about the node that is, or is not, there.
//
// A node none of whose parts lives is a dead one, however it died: it is swept away and a new one is made. A living
// node is used if it was made from the same inputs as this checkout would make it from; its dead parts are started
// again, and it keeps its data. A living node of other inputs is left alone, unless nobody can want it any more.

package main

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"sync"
	"syscall"
	"time"
)

// plan is what `up` does.
type plan string

const (
	planMake    plan = "make"    // there is no node that lives
	planUse     plan = "use"     // all of it lives
	planRepair  plan = "repair"  // parts of it are dead or stopped
	planReplace plan = "replace" // it cannot be used as it is, and nobody else can want it
	planRefuse  plan = "refuse"  // it cannot be used as it is, but somebody else may want it
)

// findings are all that the plan depends on.
type findings struct {
	node          *node    // nil: none
	dead, stopped []string // its components
	holderGone    bool     // the checkout that made it is no more
	cacheGone     bool     // what it was made of is no more, so it cannot be repaired
}

func look() findings {
	f := findings{node: loadNode()}
	f.dead, f.stopped = census()
	if f.node != nil {
		f.holderGone = !exists(sourceFolder(f.node.Checkout))
		f.cacheGone = f.node.cacheGone()
	}
	return f
}

// choosePlan decides what a checkout with these inputs does about what was found.
func choosePlan(f findings, checkout, inputs string) plan {
	sameInputs := f.node != nil && f.node.Inputs == inputs
	switch {
	case f.node == nil || len(f.dead) == len(componentNames()):
		return planMake
	case sameInputs && f.cacheGone:
		return planReplace
	case sameInputs && len(f.dead)+len(f.stopped) > 0:
		return planRepair
	case sameInputs:
		return planUse
	case f.node.Checkout == checkout || f.holderGone:
		return planReplace
	default:
		return planRefuse
	}
}

func up(checkout string) error {
	wanted, err := rotationFromEnvironment()
	if err != nil {
		return err
	}
	inputs, err := hashInputs(checkout)
	if err != nil {
		return err
	}
	guard, err := lockGuard("up for " + checkout)
	if err != nil {
		return err
	}
	defer guard.release()

	n, err := carryOut(look(), checkout, inputs, wanted)
	if err != nil {
		return err
	}
	if err := publish(n, checkout); err != nil {
		return err
	}
	say("the node is ready")
	fmt.Println(publishedIn(checkout).kubeconfig)
	return nil
}

// carryOut does what is planned, and returns the node that is ready then.
func carryOut(f findings, checkout, inputs string, wanted rotation) (*node, error) {
	n := f.node
	switch choosePlan(f, checkout, inputs) {
	case planMake:
		return makeNode(checkout, inputs, wanted)
	case planReplace:
		return replaceNode(n, checkout, inputs, wanted)
	case planRefuse:
		return nil, fmt.Errorf("another node runs here, made from other sources by %s\n  end it with: %s down", n.describe(), ownBinary)
	case planRepair:
		if err := repair(n); err != nil {
			return nil, err
		}
	case planUse:
		if allHealthy(n) {
			break
		}
		if err := repair(n); err != nil {
			return nil, err
		}
	}
	return n, rotateAs(n, wanted)
}

// makeNode makes a node from nothing, after removing what a dead one left.
func makeNode(checkout, inputs string, wanted rotation) (*node, error) {
	kubernetes, images, err := fillCache(checkout)
	if err != nil {
		return nil, err
	}
	if err := sweep(); err != nil {
		return nil, err
	}
	n := &node{
		Phase: phaseCreating, Checkout: checkout, Inputs: inputs, Since: time.Now(), BootID: bootID(),
		Kubernetes: kubernetes, ImageFolders: images, Rotation: wanted,
	}
	return n, step("starting the node", "10 s", func() error { return create(n) })
}

// fillCache gets all that a node is made of: packages first, then the images while Kubernetes is built.
func fillCache(checkout string) (kubernetes string, images []string, err error) {
	if err := installPackages(slices.Concat(nodePackages, shellPackages)); err != nil {
		return "", nil, err
	}
	cache, err := lockCache()
	if err != nil {
		return "", nil, err
	}
	defer cache.release()
	var imagesErr, kubernetesErr error
	var both sync.WaitGroup
	both.Go(func() { images, imagesErr = buildImages(cache, checkout) })
	both.Go(func() { kubernetes, kubernetesErr = buildKubernetes(cache, checkout) })
	both.Wait()
	forgetOldEntries()
	return kubernetes, images, errors.Join(kubernetesErr, imagesErr)
}

// create makes the node's state and starts it. Its record says "ready" only after the last step.
func create(n *node) error {
	if otherKubeletRuns() {
		return errors.New("another kubelet runs on this machine, and two get in each other's way: stop it, or set SIDECAR_TEST_KUBECONFIG to the kubeconfig of a disposable cluster")
	}
	var err error
	if err = n.save(); err != nil {
		return err
	}
	if n.Network, err = chooseNetwork(); err != nil {
		return err
	}
	if n.Ports, err = choosePorts(); err != nil {
		return err
	}
	if err = copyOwnBinary(); err != nil {
		return err
	}
	if err = writePKI(n.Network); err != nil {
		return err
	}
	if err = errors.Join(writeConfigs(n), writeKubeletConfig(n)); err != nil {
		return err
	}
	if err = errors.Join(makeCgroup(), addBridge(n.Network), shareMounts(kubeletFolder)); err != nil {
		return err
	}
	if err = startDead(n); err != nil {
		return err
	}
	n.Phase = phaseReady
	return n.save()
}

// copyOwnBinary keeps this program with the node: components run from it, and it can end the node, even when the
// checkout it was built in is gone.
func copyOwnBinary() error {
	self, err := os.ReadFile("/proc/self/exe")
	if err != nil {
		return err
	}
	return writeFileWhole(ownBinary, self, 0o755)
}

// repair starts dead components, and wakes stopped ones, of a node that otherwise lives.
func repair(n *node) error {
	// Tests that break things hold the use lock exclusively: what is dead now may be meant to be.
	use, err := waitLock(useLockPath, syscall.LOCK_SH, "tests that break parts of the node to end")
	if err != nil {
		return err
	}
	defer use.release()
	return step("repairing the node", "10 s", func() error { return startParts(n) })
}

// startParts also sets up again what the machine, not a process, may have lost.
func startParts(n *node) error {
	if err := errors.Join(makeCgroup(), addBridge(n.Network)); err != nil {
		return err
	}
	return startDead(n)
}

// replaceNode ends a node that nobody can want any more, if no tests use it. What the new one needs is made first.
func replaceNode(old *node, checkout, inputs string, wanted rotation) (*node, error) {
	say("the node that runs cannot be used any more: replacing it (it was made by %s)", old.describe())
	use, err := lockUnused("replaced")
	if err != nil {
		return nil, err
	}
	defer use.release()
	return makeNode(checkout, inputs, wanted)
}

// lockUnused takes the use lock exclusively, or says that tests are using the node.
func lockUnused(toBe string) (*lock, error) {
	use, err := tryLock(useLockPath, syscall.LOCK_EX)
	if errors.Is(err, errHeld) {
		return nil, fmt.Errorf("the node cannot be %s now: tests are using it (they hold %s; see fuser -v on it)", toBe, useLockPath)
	}
	return use, err
}

// rotateAs restarts the kubelet if it rotates logs otherwise than wanted.
func rotateAs(n *node, wanted rotation) error {
	if n.Rotation == wanted {
		return nil
	}
	use, err := lockUnused("given other LOG_MAX_SIZE or LOG_ROTATE_EVERY")
	if err != nil {
		return err
	}
	defer use.release()
	return step("restarting the kubelet with log rotation at "+wanted.MaxSize+" every "+wanted.Every, "5 s", func() error {
		// The record is written last: a run that is killed before leaves the difference to be seen again.
		if kubelet, alive := recorded("kubelet"); alive {
			if err := endAll([]identity{kubelet}); err != nil {
				return err
			}
		}
		n.Rotation = wanted
		if err := writeKubeletConfig(n); err != nil {
			return err
		}
		if err := startDead(n); err != nil {
			return err
		}
		return n.save()
	})
}
