// What is kept between nodes and between checkouts, and by which key it is found again.
//
// An entry is a folder named after a hash of all that makes it. It is filled under another name and renamed, so an
// entry that is there is whole. What is put in is decided in kubernetes.go and images.go.

package main

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"syscall"
	"time"
)

// cached returns the folder of a cache entry, and makes it if it is not there. The caller holds the cache lock.
func cached(kind, key string, fill func(folder string) error) (string, error) {
	entry := filepath.Join(cacheFolder(), kind, key)
	if markUsed(entry) == nil {
		return entry, nil
	}
	// The name is fixed, not random: what a killed run left half done is what the next one finds and removes.
	unfinished := entry + ".unfinished"
	if err := removeTree(unfinished); err != nil {
		return "", err
	}
	if err := os.MkdirAll(unfinished, 0o755); err != nil {
		return "", err
	}
	if err := fill(unfinished); err != nil {
		removeTree(unfinished)
		return "", err
	}
	if err := os.Rename(unfinished, entry); err != nil {
		return "", err
	}
	return entry, nil
}

// markUsed fails if there is no such entry.
func markUsed(entry string) error {
	now := time.Now()
	return os.Chtimes(entry, now, now)
}

// forgetOldEntries removes what was not used for a month. Errors do not matter: the next run tries again.
func forgetOldEntries() {
	entries, _ := filepath.Glob(filepath.Join(cacheFolder(), "*", "*"))
	for _, entry := range entries {
		if info, err := os.Stat(entry); err == nil && time.Since(info.ModTime()) > 30*24*time.Hour {
			removeTree(entry)
		}
	}
}

// lockCache makes this the only builder in the cache folder.
func lockCache() (*lock, error) {
	return waitLock(filepath.Join(cacheFolder(), "lock"), syscall.LOCK_EX, "another build in "+cacheFolder()+" to end")
}

// hashInputs is one key for all that a checkout's node is made of: two checkouts with the same key can share a node.
func hashInputs(checkout string) (string, error) {
	var hashes []string
	for _, folder := range []string{".", "kubernetes", "exporter"} {
		hash, err := hashFiles(filepath.Join(sourceFolder(checkout), folder))
		if err != nil {
			return "", err
		}
		hashes = append(hashes, hash)
	}
	return hashText(hashes...), nil
}

func sourceFolder(checkout string) string { return filepath.Join(checkout, "tests", "onenode") }

// hashFiles is a key for the Go sources of one folder, without its tests.
func hashFiles(folder string) (string, error) {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return "", fmt.Errorf("the sources of the one-node cluster are not there; say the checkout with --checkout: %w", err)
	}
	var names []string
	for _, entry := range entries {
		if isSource(entry.Name()) {
			names = append(names, entry.Name())
		}
	}
	sort.Strings(names)
	hash := sha256.New()
	for _, name := range names {
		content, err := os.ReadFile(filepath.Join(folder, name))
		if err != nil {
			return "", err
		}
		fmt.Fprintf(hash, "%s %d\n", name, len(content))
		hash.Write(content)
	}
	return hex.EncodeToString(hash.Sum(nil)), nil
}

func isSource(name string) bool {
	if strings.HasSuffix(name, "_test.go") {
		return false
	}
	return strings.HasSuffix(name, ".go") || name == "go.mod" || name == "go.sum"
}

// hashText is a key, short enough for a folder's name, for a list of texts.
func hashText(texts ...string) string {
	hash := sha256.New()
	for _, text := range texts {
		fmt.Fprintf(hash, "%d\n", len(text))
		io.WriteString(hash, text)
	}
	return hex.EncodeToString(hash.Sum(nil))[:20]
}
