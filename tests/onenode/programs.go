// How an image is made of one Go program: built from its module, alone in its layer.

package main

import (
	"archive/tar"
	"errors"
	"os"
	"path/filepath"
)

// programLayer makes a layer of the program.
func (r recipe) programLayer(cache *lock, checkout, folder, layerPath string) error {
	goCommand, err := findGo()
	if err != nil {
		return err
	}
	module := filepath.Join(sourceFolder(checkout), r.Program.Folder)
	built := filepath.Join(folder, "program")
	defer os.Remove(built)
	if err := buildProgram(cache, goCommand, module, r.Program.Package, []string{"-s", "-w"}, built); err != nil {
		return err
	}
	program, err := os.Open(built)
	if err != nil {
		return err
	}
	defer program.Close()
	info, err := program.Stat()
	if err != nil {
		return err
	}
	output, err := os.Create(layerPath)
	if err != nil {
		return err
	}
	defer output.Close()
	layer := layerWriter{tar: tar.NewWriter(output), written: map[string]bool{}}
	if err := layer.add(r.Program.Path, &tar.Header{Typeflag: tar.TypeReg, Mode: 0o755, Size: info.Size()}, program); err != nil {
		return err
	}
	return errors.Join(layer.tar.Close(), output.Close())
}
