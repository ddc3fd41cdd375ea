// What is mounted below a folder, and how a folder is emptied without reaching through a mount.
//
// This file decides nothing about which folder: its callers name only folders of ours.

package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

type mount struct{ path, kind string }

func readMounts() ([]mount, error) {
	content, err := os.ReadFile("/proc/self/mounts")
	if err != nil {
		return nil, err
	}
	return parseMounts(string(content)), nil
}

// parseMounts reads /proc/self/mounts, where spaces and the like are written as backslash and three octal digits.
func parseMounts(content string) []mount {
	var mounts []mount
	for _, line := range strings.Split(content, "\n") {
		fields := strings.Fields(line)
		if len(fields) >= 3 {
			mounts = append(mounts, mount{path: unescapeOctal(fields[1]), kind: fields[2]})
		}
	}
	return mounts
}

func unescapeOctal(text string) string {
	var plain strings.Builder
	for i := 0; i < len(text); i++ {
		if text[i] == '\\' && i+3 < len(text) {
			if code, err := strconv.ParseUint(text[i+1:i+4], 8, 8); err == nil {
				plain.WriteByte(byte(code))
				i += 3
				continue
			}
		}
		plain.WriteByte(text[i])
	}
	return plain.String()
}

// isBelow tells whether path is folder or something in it.
func isBelow(path, folder string) bool {
	return path == folder || strings.HasPrefix(path, folder+"/")
}

// mountsBelow are the mount points in a folder, the last mounted first, which is the order to unmount them in.
func mountsBelow(folder string) ([]string, error) {
	// The kernel tells real paths.
	real, err := filepath.EvalSymlinks(folder)
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	mounts, err := readMounts()
	if err != nil {
		return nil, err
	}
	var below []string
	for i := len(mounts) - 1; i >= 0; i-- {
		if isBelow(mounts[i].path, real) {
			below = append(below, mounts[i].path)
		}
	}
	return below, nil
}

// unmountBelow unmounts all in a folder. Mounts still in use go once their last user does.
func unmountBelow(folder string) error {
	// Unmounting may uncover others; a mount that comes back forever is not ours to fight.
	for range 5 {
		points, err := mountsBelow(folder)
		if err != nil || len(points) == 0 {
			return err
		}
		for _, point := range points {
			syscall.Unmount(point, syscall.MNT_DETACH|umountNoFollow)
		}
	}
	points, err := mountsBelow(folder)
	if err == nil && len(points) > 0 {
		err = fmt.Errorf("cannot unmount %s: end what uses it (see fuser -vm), or restart the machine", points[0])
	}
	return err
}

// shareMounts makes a folder a shared mount, as the root of a machine is where systemd began it: only from within one can
// mounts be propagated into containers, and out of them.
func shareMounts(folder string) error {
	if err := os.MkdirAll(folder, 0o750); err != nil {
		return err
	}
	if err := syscall.Mount(folder, folder, "", syscall.MS_BIND, ""); err != nil {
		return fmt.Errorf("making %s a mount point: %w", folder, err)
	}
	return syscall.Mount("", folder, "", syscall.MS_SHARED|syscall.MS_REC, "")
}

const umountNoFollow = 8 // UMOUNT_NOFOLLOW, which package syscall does not name

// removeTree removes a folder of ours with all that is in it, after unmounting: a mounted folder holds what belongs
// to somebody else.
func removeTree(folder string) error {
	if err := unmountBelow(folder); err != nil {
		return err
	}
	return os.RemoveAll(folder)
}
