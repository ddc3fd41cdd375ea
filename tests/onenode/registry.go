// How images lie in the cache, and the loopback registry that the container runtime pulls them from.
//
// The registry only answers what a pull asks (https://github.com/opencontainers/distribution-spec). It knows the
// images of images.go, and says "not found" at once to everything else: there is nothing behind it to ask.

package main

import (
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
)

const (
	manifestType = "application/vnd.oci.image.manifest.v1+json"
	configType   = "application/vnd.oci.image.config.v1+json"
	layerType    = "application/vnd.oci.image.layer.v1.tar+gzip"

	// referencesName is the file that leads from references to digests of manifests.
	referencesName = "references.json"
)

type descriptor struct {
	MediaType string `json:"mediaType"`
	Digest    string `json:"digest"`
	Size      int64  `json:"size"`
}

type manifest struct {
	SchemaVersion int          `json:"schemaVersion"`
	MediaType     string       `json:"mediaType"`
	Config        descriptor   `json:"config"`
	Layers        []descriptor `json:"layers"`
}

type configuration struct {
	Architecture string      `json:"architecture"`
	OS           string      `json:"os"`
	Config       imageConfig `json:"config"`
	RootFS       rootFS      `json:"rootfs"`
}

type rootFS struct {
	Type    string   `json:"type"`
	DiffIDs []string `json:"diff_ids"`
}

// storeImages puts images that share one layer into a folder: blobs named by their digests, and a file of references.
func storeImages(folder, layerPath string, images []image) error {
	layer, diffID, err := storeLayer(folder, layerPath)
	if err != nil {
		return err
	}
	references := map[string]string{}
	for _, i := range images {
		config, err := storeJSON(folder, configType, configuration{
			Architecture: runtime.GOARCH, OS: "linux", Config: i.Config, RootFS: rootFS{"layers", []string{diffID}}})
		if err != nil {
			return err
		}
		m, err := storeJSON(folder, manifestType, manifest{2, manifestType, config, []descriptor{layer}})
		if err != nil {
			return err
		}
		references[i.Reference] = m.Digest
	}
	content, err := json.MarshalIndent(references, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(folder, referencesName), content, 0o644)
}

// storeLayer compresses a layer into a blob, and returns the digest of the plain layer too.
func storeLayer(folder, layerPath string) (descriptor, string, error) {
	source, err := os.Open(layerPath)
	if err != nil {
		return descriptor{}, "", err
	}
	defer source.Close()
	unnamed := filepath.Join(folder, "layer.gz")
	target, err := os.Create(unnamed)
	if err != nil {
		return descriptor{}, "", err
	}
	defer target.Close()

	plain, packed := sha256.New(), sha256.New()
	// The fastest compression: the layer never leaves the machine.
	compressor, err := gzip.NewWriterLevel(io.MultiWriter(target, packed), gzip.BestSpeed)
	if err != nil {
		return descriptor{}, "", err
	}
	if _, err := io.Copy(io.MultiWriter(compressor, plain), source); err != nil {
		return descriptor{}, "", err
	}
	if err := errors.Join(compressor.Close(), target.Sync()); err != nil {
		return descriptor{}, "", err
	}
	info, err := target.Stat()
	if err != nil {
		return descriptor{}, "", err
	}
	digest := digestOf(packed.Sum(nil))
	return descriptor{layerType, digest, info.Size()}, digestOf(plain.Sum(nil)), os.Rename(unnamed, blobPath(folder, digest))
}

func storeJSON(folder, mediaType string, value any) (descriptor, error) {
	content, err := json.Marshal(value)
	if err != nil {
		return descriptor{}, err
	}
	sum := sha256.Sum256(content)
	digest := digestOf(sum[:])
	return descriptor{mediaType, digest, int64(len(content))}, os.WriteFile(blobPath(folder, digest), content, 0o644)
}

func digestOf(sum []byte) string { return "sha256:" + hex.EncodeToString(sum) }

func blobPath(folder, digest string) string {
	return filepath.Join(folder, strings.ReplaceAll(digest, ":", "-"))
}

// registry answers pulls from image folders.
type registry struct {
	folders    []string
	references map[string]string // registry/repository:tag to the digest of its manifest
}

func openRegistry(folders []string) (*registry, error) {
	r := &registry{folders, map[string]string{}}
	for _, folder := range folders {
		content, err := os.ReadFile(filepath.Join(folder, referencesName))
		if err != nil {
			return nil, err
		}
		references := map[string]string{}
		if err := json.Unmarshal(content, &references); err != nil {
			return nil, err
		}
		maps.Copy(r.references, references)
	}
	return r, nil
}

// serveRegistry is the component: an address to listen on, then image folders.
func serveRegistry(arguments []string) error {
	if len(arguments) < 2 {
		return errors.New("component-registry needs an address and image folders")
	}
	r, err := openRegistry(arguments[1:])
	if err != nil {
		return err
	}
	return http.ListenAndServe(arguments[0], r)
}

// ServeHTTP answers GET and HEAD of /v2/, /v2/REPOSITORY/manifests/TAG-OR-DIGEST and /v2/REPOSITORY/blobs/DIGEST.
func (r *registry) ServeHTTP(w http.ResponseWriter, request *http.Request) {
	rest, isV2 := strings.CutPrefix(request.URL.Path, "/v2/")
	switch repository, kind, name := splitPath(rest); {
	case isV2 && rest == "":
		w.WriteHeader(http.StatusOK)
	case isV2 && kind == "manifests":
		// As a mirror we are told in "ns" which registry the runtime means.
		if digest, known := r.references[request.URL.Query().Get("ns")+"/"+repository+":"+name]; known {
			name = digest
		}
		r.serveBlob(w, request, name, manifestType)
	case isV2 && kind == "blobs":
		r.serveBlob(w, request, name, "application/octet-stream")
	default:
		notFound(w, "NAME_UNKNOWN")
	}
}

// splitPath takes REPOSITORY/KIND/NAME apart; a repository has slashes of its own.
func splitPath(path string) (repository, kind, name string) {
	parts := strings.Split(path, "/")
	if len(parts) < 3 {
		return "", "", ""
	}
	last := len(parts) - 1
	return strings.Join(parts[:last-1], "/"), parts[last-1], parts[last]
}

func (r *registry) serveBlob(w http.ResponseWriter, request *http.Request, digest, mediaType string) {
	sum, isDigest := strings.CutPrefix(digest, "sha256:")
	if _, err := hex.DecodeString(sum); !isDigest || err != nil {
		notFound(w, "MANIFEST_UNKNOWN")
		return
	}
	has := func(folder string) bool { return exists(blobPath(folder, digest)) }
	index := slices.IndexFunc(r.folders, has)
	if index < 0 {
		notFound(w, "BLOB_UNKNOWN")
		return
	}
	w.Header().Set("Content-Type", mediaType)
	w.Header().Set("Docker-Content-Digest", digest)
	http.ServeFile(w, request, blobPath(r.folders[index], digest))
}

func notFound(w http.ResponseWriter, code string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusNotFound)
	fmt.Fprintf(w, `{"errors":[{"code":%q,"message":"this registry has only the images of the one-node cluster"}]}`, code)
}

// merge returns a new map with the entries of both.
func merge[V any](a, b map[string]V) map[string]V {
	merged := maps.Clone(a)
	if merged == nil {
		merged = map[string]V{}
	}
	maps.Copy(merged, b)
	return merged
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
