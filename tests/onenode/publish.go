// What `up` leaves in a checkout for its tests and its people, in target/cluster/, and how `down` removes it.

package main

import (
	"errors"
	"os"
	"path/filepath"
)

// published are the files that `up` leaves in a checkout, for tests and people.
type published struct{ folder, kubeconfig, kubectl, lock string }

func publishedIn(checkout string) published {
	folder := filepath.Join(checkout, "target", "cluster")
	return published{folder, filepath.Join(folder, "kubeconfig"), filepath.Join(folder, "bin", "kubectl"), filepath.Join(folder, "lock")}
}

// publish puts what tests and people need into the checkout.
func publish(n *node, checkout string) error {
	kubeconfig, err := os.ReadFile(kubeconfigPath("admin"))
	if err != nil {
		return err
	}
	if err := makeUseLock(); err != nil {
		return err
	}
	to := publishedIn(checkout)
	return errors.Join(
		writeFileWhole(to.kubeconfig, kubeconfig, 0o600),
		linkWhole(filepath.Join(n.Kubernetes, "kubectl"), to.kubectl),
		linkWhole(useLockPath, to.lock),
	)
}

// unpublish removes it, but nothing else that may be there. Other checkouts' files are theirs to remove.
func unpublish(checkout string) {
	from := publishedIn(checkout)
	for _, path := range []string{from.kubeconfig, from.kubectl, from.lock, filepath.Dir(from.kubectl), from.folder} {
		os.Remove(path)
	}
}

// makeUseLock makes the file, so that tests can open the link without creating anything.
func makeUseLock() error {
	if exists(useLockPath) {
		return nil
	}
	return os.WriteFile(useLockPath, nil, 0o666)
}
