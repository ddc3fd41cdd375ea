// How an image is made of a recipe: a root file system of Debian's packages, cut down to what a container needs, or one
// program.
//
// This file decides how a root file system becomes a layer. What is in it is decided in recipes.go; how images lie on
// disk and are served, in registry.go.

package main

import (
	"archive/tar"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"runtime"
	"strings"
	"time"
)

// buildImages returns the cache folders with the images in them.
func buildImages(cache *lock, checkout string) ([]string, error) {
	var folders []string
	for _, r := range recipes {
		key, err := r.key(sourceFolder(checkout))
		if err != nil {
			return nil, err
		}
		folder, err := cached("images", key, func(folder string) error { return r.build(cache, checkout, folder) })
		if err != nil {
			return nil, err
		}
		folders = append(folders, folder)
	}
	return folders, nil
}

// key is for all that makes the image. A program's version is in its module, in the sources.
func (r recipe) key(sources string) (string, error) {
	content, err := json.Marshal(r)
	if err != nil {
		return "", err
	}
	made := []string{recipeVersion, debianSuite, runtime.GOARCH, string(content)}
	if r.Program.Folder != "" {
		module, err := hashFiles(filepath.Join(sources, r.Program.Folder))
		if err != nil {
			return "", err
		}
		made = append(made, module)
	}
	return r.Name + "-" + hashText(made...), nil
}

func (r recipe) build(cache *lock, checkout, folder string) error {
	return step("making the image "+r.Name, "20 s, more while Kubernetes is built", func() error {
		layer := filepath.Join(folder, "layer.tar")
		defer os.Remove(layer)
		makeLayer := r.packagesLayer
		if r.Program.Folder != "" {
			makeLayer = r.programLayer
		}
		if err := makeLayer(cache, checkout, folder, layer); err != nil {
			return err
		}
		return storeImages(folder, layer, r.Images)
	})
}

// packagesLayer makes a layer of Debian's packages.
func (r recipe) packagesLayer(cache *lock, _, folder, layer string) error {
	if err := installPackages(imagePackages); err != nil {
		return err
	}
	root := filepath.Join(folder, "root.tar")
	defer os.Remove(root)
	if err := r.bootstrap(cache, folder, root); err != nil {
		return err
	}
	if err := r.makeLayer(root, layer); err != nil {
		return fmt.Errorf("cannot make a layer of %s: %w", root, err)
	}
	return nil
}

// bootstrap makes a root file system of Debian's packages. Its work folder is inside the cache entry, so whatever a
// killed run leaves, mounts too, is found and removed with the entry.
func (r recipe) bootstrap(cache *lock, folder, output string) error {
	work := filepath.Join(folder, "work")
	if err := os.Mkdir(work, 0o777); err != nil {
		return err
	}
	// mmdebstrap drops privileges for downloads, and the sticky bit keeps this as safe as /tmp.
	if err := os.Chmod(work, 0o1777); err != nil {
		return err
	}
	arguments := []string{"--variant=" + r.Variant, "--mode=root", "--quiet"}
	if len(r.Packages) > 0 {
		arguments = append(arguments, "--include="+strings.Join(r.Packages, ","))
	}
	printed, err := runTied(cache, exec.Command("mmdebstrap", append(arguments, debianSuite, output)...),
		"TMPDIR="+work, "SOURCE_DATE_EPOCH=0", "LC_ALL=C")
	if err != nil {
		return fmt.Errorf("mmdebstrap failed (%w): is a Debian package source reachable?\n%s", err, lastLines(printed, 15))
	}
	return removeTree(work)
}

// makeLayer copies what the recipe keeps of a root file system, and adds the recipe's own files.
func (r recipe) makeLayer(rootPath, layerPath string) error {
	root, err := os.Open(rootPath)
	if err != nil {
		return err
	}
	defer root.Close()
	output, err := os.Create(layerPath)
	if err != nil {
		return err
	}
	defer output.Close()
	layer := layerWriter{tar: tar.NewWriter(output), written: map[string]bool{}}

	links := merge(r.Links, nil)
	for reader := tar.NewReader(root); ; {
		header, err := reader.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			return err
		}
		file := pathInRoot(header.Name)
		if !r.keeps(file) {
			continue
		}
		if header.Typeflag == tar.TypeLink && !r.keeps(pathInRoot(header.Linkname)) {
			continue // a hard link to what is left out
		}
		if err := layer.add(file, header, reader); err != nil {
			return err
		}
	}
	for _, folder := range sortedKeys(r.Folders) {
		if err := layer.add(folder, &tar.Header{Typeflag: tar.TypeDir, Mode: r.Folders[folder]}, nil); err != nil {
			return err
		}
	}
	if r.Applets {
		applets, err := busyboxApplets(rootPath)
		if err != nil {
			return err
		}
		for _, applet := range applets {
			links["bin/"+applet] = "busybox"
		}
	}
	for _, link := range sortedKeys(links) {
		if err := layer.add(link, &tar.Header{Typeflag: tar.TypeSymlink, Linkname: links[link], Mode: 0o777}, nil); err != nil {
			return err
		}
	}
	if err := layer.tar.Close(); err != nil {
		return err
	}
	return output.Close()
}

// pathInRoot is an archive's ./etc/passwd or etc/ as etc/passwd or etc.
func pathInRoot(name string) string { return strings.Trim(strings.TrimPrefix(name, "."), "/") }

func (r recipe) keeps(file string) bool {
	if file == "" {
		return false
	}
	for _, dropped := range r.Drop {
		if matches(file, dropped) {
			return false
		}
	}
	for _, kept := range r.Keep {
		if matches(file, kept) {
			return true
		}
	}
	return len(r.Keep) == 0
}

// matches tells whether a path, or a folder it is in, fits a pattern; a * stands for part of one name.
func matches(file, pattern string) bool {
	parts := strings.Split(file, "/")
	depth := strings.Count(pattern, "/") + 1
	if len(parts) < depth {
		return false
	}
	fits, err := path.Match(pattern, strings.Join(parts[:depth], "/"))
	return fits && err == nil
}

// layerWriter writes each path once.
type layerWriter struct {
	tar     *tar.Writer
	written map[string]bool
}

func (l layerWriter) add(file string, header *tar.Header, content io.Reader) error {
	if l.written[file] {
		return nil
	}
	l.written[file] = true
	header.Name = file
	if header.Typeflag == tar.TypeDir {
		header.Name += "/"
	}
	if header.ModTime.IsZero() {
		header.ModTime = time.Unix(0, 0)
	}
	if err := l.tar.WriteHeader(header); err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	if header.Typeflag != tar.TypeReg {
		return nil
	}
	_, err := io.Copy(l.tar, content)
	return err
}

// busyboxApplets asks the very busybox that goes into the image.
func busyboxApplets(rootPath string) ([]string, error) {
	folder, err := os.MkdirTemp("", "onenode-busybox")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(folder)
	if output, err := exec.Command("tar", "-C", folder, "-xf", rootPath, "./bin/busybox").CombinedOutput(); err != nil {
		return nil, fmt.Errorf("no busybox in %s: %w: %s", rootPath, err, output)
	}
	list, err := exec.Command(filepath.Join(folder, "bin", "busybox"), "--list").Output()
	if err != nil {
		return nil, err
	}
	var applets []string
	for _, applet := range strings.Fields(string(list)) {
		if applet != "busybox" {
			applets = append(applets, applet)
		}
	}
	return applets, nil
}
