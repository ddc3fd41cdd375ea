package main

import (
	"archive/tar"
	"compress/gzip"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestMatches(t *testing.T) {
	for _, test := range []struct {
		file, pattern string
		want          bool
	}{
		{"usr/share/doc", "usr/share/doc", true},
		{"usr/share/doc/bash/copyright", "usr/share/doc", true},
		{"usr/share/docbook", "usr/share/doc", false},
		{"usr/share", "usr/share/doc", false},
		{"usr/lib/x86_64-linux-gnu/perl/5.36/A.pm", "usr/lib/*/perl*", true},
		{"usr/lib/perl", "usr/lib/*/perl*", false},
		{"usr/bin/perl5.36.0", "usr/bin/perl*", true},
	} {
		if matches(test.file, test.pattern) != test.want {
			t.Errorf("%s matches %s: %t", test.file, test.pattern, !test.want)
		}
	}
}

func TestRecipesDiffer(t *testing.T) {
	references := map[string]bool{}
	keys := map[string]bool{}
	for _, r := range recipes {
		key, err := r.key(".")
		if again, _ := r.key("."); err != nil || keys[key] || key != again {
			t.Errorf("key of %s: %v", r.Name, err)
		}
		keys[key] = true
		for _, i := range r.Images {
			references[i.Reference] = true
		}
	}
	for _, wanted := range []string{
		"library/nginx:latest", "library/ubuntu:latest", "library/busybox:latest", "alpine/git:latest",
		"nginx/nginx-prometheus-exporter:1.5.1",
	} {
		if !references["docker.io/"+wanted] {
			t.Errorf("no image %s", wanted)
		}
	}
}

// makeRoot writes a small root file system as mmdebstrap would.
func makeRoot(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "root.tar")
	file, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	writer := tar.NewWriter(file)
	for _, header := range []tar.Header{
		{Name: "./", Typeflag: tar.TypeDir, Mode: 0o755},
		{Name: "./bin/", Typeflag: tar.TypeDir, Mode: 0o755},
		{Name: "./bin/sh", Typeflag: tar.TypeReg, Mode: 0o755, Size: 2},
		{Name: "./bin/perl", Typeflag: tar.TypeReg, Mode: 0o755, Size: 2},
		{Name: "./bin/script", Typeflag: tar.TypeLink, Linkname: "./bin/perl"},
		{Name: "./bin/bash", Typeflag: tar.TypeLink, Linkname: "./bin/sh"},
		{Name: "./var/log/", Typeflag: tar.TypeDir, Mode: 0o755},
	} {
		if err := writer.WriteHeader(&header); err != nil {
			t.Fatal(err)
		}
		if header.Size > 0 {
			writer.Write([]byte("#!"))
		}
	}
	if err := writer.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestImagesAreStoredAndServed(t *testing.T) {
	folder := t.TempDir()
	r := recipe{Drop: []string{"bin/perl"}, Folders: map[string]int64{"var/log": 0o700, "tmp": 0o1777}, Links: map[string]string{"var/log/out": "/dev/stdout"}}
	layer := filepath.Join(folder, "layer.tar")
	if err := r.makeLayer(makeRoot(t), layer); err != nil {
		t.Fatal(err)
	}
	if err := storeImages(folder, layer, []image{{"docker.io/library/x:latest", imageConfig{Cmd: []string{"sh"}}}}); err != nil {
		t.Fatal(err)
	}
	registry, err := openRegistry([]string{folder})
	if err != nil {
		t.Fatal(err)
	}
	get := func(path string) *http.Response {
		answer := httptest.NewRecorder()
		registry.ServeHTTP(answer, httptest.NewRequest(http.MethodGet, path, nil))
		return answer.Result()
	}
	if got := get("/v2/").StatusCode; got != http.StatusOK {
		t.Errorf("/v2/ answers %d", got)
	}
	for _, missing := range []string{
		"/v2/library/x/manifests/other?ns=docker.io", "/v2/library/x/manifests/latest?ns=quay.io", "/v2/library/x/manifests/latest",
		"/v2/library/x/blobs/sha256:00", "/v2/library/x/blobs/references.json", "/v2/a/b/../../" + referencesName, "/",
	} {
		if got := get(missing).StatusCode; got != http.StatusNotFound {
			t.Errorf("%s answers %d", missing, got)
		}
	}

	answer := get("/v2/library/x/manifests/latest?ns=docker.io")
	if answer.StatusCode != http.StatusOK || answer.Header.Get("Content-Type") != manifestType {
		t.Fatalf("the manifest: %s %v", answer.Status, answer.Header)
	}
	var m manifest
	if err := json.NewDecoder(answer.Body).Decode(&m); err != nil {
		t.Fatal(err)
	}
	if got := get("/v2/library/x/manifests/" + answer.Header.Get("Docker-Content-Digest")).StatusCode; got != http.StatusOK {
		t.Errorf("the manifest by its digest: %d", got)
	}
	plain, err := gzip.NewReader(get("/v2/library/x/blobs/" + m.Layers[0].Digest).Body)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for reader := tar.NewReader(plain); ; {
		header, err := reader.Next()
		if err != nil {
			break
		}
		names = append(names, header.Name)
	}
	if want := "bin/ bin/sh bin/bash var/log/ tmp/ var/log/out"; strings.Join(names, " ") != want {
		t.Errorf("the layer has %q, want %s", names, want)
	}
}

func TestSplitPath(t *testing.T) {
	repository, kind, name := splitPath("library/nginx/manifests/latest")
	if repository != "library/nginx" || kind != "manifests" || name != "latest" {
		t.Error(repository, kind, name)
	}
}
