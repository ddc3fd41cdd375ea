// Which images the registry has, and which of Debian's packages, or which Go program, they are made of.
//
// A recipe is data, and its hash is the image's cache key. How it is followed is in images.go.

package main

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
	Program  goProgram         `json:",omitzero"` // all that is in it, in place of packages
	Images   []image
}

// goProgram is a command of a Go module that a module in a folder here requires.
type goProgram struct {
	Folder  string // of the module with its version, and those of all it needs
	Package string
	Path    string // in the image
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
	User         string              `json:",omitempty"`
	StopSignal   string              `json:",omitempty"`
	ExposedPorts map[string]struct{} `json:",omitempty"`
}

const (
	debianSuite = "bookworm"
	pauseImage  = "registry.k8s.io/pause:3.10"

	// recipeVersion is raised when images.go makes other layers of the same recipes.
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
	{
		// Not Alpine, but what tests use of it: git, which gets and serves repositories, and a shell.
		Name:     "git",
		Variant:  "extract",
		Packages: []string{"git", "busybox-static"},
		Keep: []string{"bin/busybox", "usr/bin/git", "usr/lib/git-core", "usr/share/git-core", "lib64",
			"lib/*-linux-gnu*", "usr/lib/*-linux-gnu*"},
		Drop:    append([]string{"usr/lib/*/*.a", "usr/lib/*/*.o"}, noContainerNeeds...),
		Folders: map[string]int64{"tmp": 0o1777, "root": 0o700, "etc": 0o755, "var": 0o755, "home": 0o755},
		Applets: true,
		Images:  []image{{"docker.io/alpine/git:latest", imageConfig{Env: defaultPath, Entrypoint: []string{"git"}, Cmd: []string{"--help"}}}},
	},
	{
		// As its Dockerfile has it, but for the certificates, which no nginx in the same pod needs.
		Name:    "nginx-exporter",
		Program: goProgram{"exporter", "github.com/nginx/nginx-prometheus-exporter", "usr/bin/nginx-prometheus-exporter"},
		Images: []image{{"docker.io/nginx/nginx-prometheus-exporter:1.5.1", imageConfig{
			Env: defaultPath, Entrypoint: []string{"/usr/bin/nginx-prometheus-exporter"}, User: "1001:1001"}}},
	},
}
