// Which images the registry has, and what they are made of: Debian's packages, cut down to what a container needs.
//
// This file decides the recipes and how a root file system becomes a layer. How images lie on disk and are served is
// in registry.go. A recipe is data: its hash is the image's cache key.

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

// recipe is one root file system and the images that are made of it.
type recipe struct {
	Name     string
	Variant  string            // of mmdebstrap: "essential" is a working minimal Debian, "extract" only unpacks
	Packages []string          // added to what the variant has
	Keep     []string          // patterns of paths to keep, with all below them; none: all
	Drop     []string          // patterns of paths to leave out, with all below them
	Links    map[string]string // symbolic links to add: path to target
	Folders  map[string]int64  // folders to add, with their mode
	Applets  bool              // link every applet of busybox
	Images   []image
}

type image struct {
	Reference string // registry/repository:tag
	Config    imageConfig
}

// imageConfig is the "config" of an OCI image configuration.
type imageConfig struct {
	Env          []string            `json:",omitempty"`
	Entrypoint   []string            `json:",omitempty"`
	Cmd          []string            `json:",omitempty"`
	StopSignal   string              `json:",omitempty"`
	ExposedPorts map[string]struct{} `json:",omitempty"`
}

const (
	debianSuite = "bookworm"
	pauseImage  = "registry.k8s.io/pause:3.10"

	// recipeVersion is raised when the code below makes other layers of the same recipes.
	recipeVersion = "1"
)

var defaultPath = []string{"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"}

// noContainerNeeds is left out of the Debian images: package management, Perl, documentation, translations, time zones.
var noContainerNeeds = []string{
	"dev", "boot", "proc", "sys", "run", "media", "mnt", "srv",
	"usr/share/doc", "usr/share/man", "usr/share/info", "usr/share/locale", "usr/share/lintian", "usr/share/zoneinfo",
	"usr/bin/perl*", "usr/share/perl*", "usr/lib/*/perl*", "usr/lib/*/libperl*", "usr/lib/*/gconv",
	"usr/bin/dpkg*", "usr/lib/dpkg", "usr/share/dpkg", "var/lib/dpkg", "usr/lib/apt", "var/lib/apt",
	"usr/lib/systemd", "lib/systemd", "var/lib/systemd", "var/cache", "var/log",
}

var debianFolders = map[string]int64{
	"dev": 0o755, "proc": 0o755, "sys": 0o755, "run": 0o755, "mnt": 0o755, "var/cache": 0o755, "var/log": 0o755,
}

var recipes = []recipe{
	{
		// Like the official image: the logs are links to the container's own streams.
		Name:     "nginx",
		Variant:  "essential",
		Packages: []string{"nginx-light", "curl"},
		Drop:     noContainerNeeds,
		Links:    map[string]string{"var/log/nginx/access.log": "/dev/stdout", "var/log/nginx/error.log": "/dev/stderr"},
		Folders:  merge(debianFolders, map[string]int64{"var/log/nginx": 0o755, "var/cache/nginx": 0o755}),
		Images: []image{{"docker.io/library/nginx:latest", imageConfig{
			Env: defaultPath, Cmd: []string{"nginx", "-g", "daemon off;"},
			StopSignal: "SIGQUIT", ExposedPorts: map[string]struct{}{"80/tcp": {}}}}},
	},
	{
		// Not Ubuntu, but what tests use of it: a shell, the core utilities, and a default command that ends at once.
		Name:    "ubuntu",
		Variant: "essential",
		Drop:    noContainerNeeds,
		Folders: debianFolders,
		Images:  []image{{"docker.io/library/ubuntu:latest", imageConfig{Env: defaultPath, Cmd: []string{"/bin/bash"}}}},
	},
	{
		Name:     "busybox",
		Variant:  "extract",
		Packages: []string{"busybox-static"},
		Keep:     []string{"bin/busybox"},
		Folders:  map[string]int64{"tmp": 0o1777, "root": 0o700, "etc": 0o755, "var": 0o755, "home": 0o755},
		Applets:  true,
		Images: []image{
			{"docker.io/library/busybox:latest", imageConfig{Env: defaultPath, Cmd: []string{"sh"}}},
			{pauseImage, imageConfig{Env: defaultPath, Entrypoint: []string{"/bin/busybox", "sleep", "2147483647"}}},
		},
	},
}

// buildImages returns the cache folders with the images in them.
func buildImages(cache *lock) ([]string, error) {
	var folders []string
	for _, r := range recipes {
		folder, err := cached("images", r.key(), func(folder string) error { return r.build(cache, folder) })
		if err != nil {
			return nil, err
		}
		folders = append(folders, folder)
	}
	return folders, nil
}

func (r recipe) key() string {
	content, err := json.Marshal(r)
	if err != nil {
		panic(err) // a recipe is plain data
	}
	return r.Name + "-" + hashText(recipeVersion, debianSuite, runtime.GOARCH, string(content))
}

func (r recipe) build(cache *lock, folder string) error {
	return step("making the image "+r.Name, "20 s, more while Kubernetes is built", func() error {
		if err := installPackages(imagePackages); err != nil {
			return err
		}
		root := filepath.Join(folder, "root.tar")
		if err := r.bootstrap(cache, folder, root); err != nil {
			return err
		}
		layer := filepath.Join(folder, "layer.tar")
		if err := r.makeLayer(root, layer); err != nil {
			return fmt.Errorf("cannot make a layer of %s: %w", root, err)
		}
		os.Remove(root)
		defer os.Remove(layer)
		return storeImages(folder, layer, r.Images)
	})
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
