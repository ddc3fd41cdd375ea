// Command mounts counts the mounts of containers in YAML, by looking for lists of those names and for nothing else: what a
// container is, and where it may stand, is not known here. It reads with the library that kubectl reads with.
//
// It takes files as a JSON object, text by name, and gives the mounts of each in the same form.
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"os"
	"strings"

	"go.yaml.in/yaml/v2"
)

type answer struct {
	// LIST NAME VOLUME PATH
	Mounts []string `json:"mounts"`
	Error  string   `json:"error"`
}

func main() {
	var files map[string]string
	if err := json.NewDecoder(os.Stdin).Decode(&files); err != nil {
		log.Fatal(err)
	}
	answers := map[string]answer{}
	for name, text := range files {
		mounts, err := mountsOf(text)
		found := answer{Mounts: mounts}
		if err != nil {
			found.Error = err.Error()
		}
		answers[name] = found
	}
	if err := json.NewEncoder(os.Stdout).Encode(answers); err != nil {
		log.Fatal(err)
	}
}

func mountsOf(text string) ([]string, error) {
	if strings.HasPrefix(strings.TrimSpace(text), "{") {
		return mountsOfObjects(text)
	}
	mounts := []string{}
	decoder := yaml.NewDecoder(strings.NewReader(text))
	for {
		var document any
		err := decoder.Decode(&document)
		if errors.Is(err, io.EOF) {
			return mounts, nil
		}
		if err != nil {
			return mounts, err
		}
		mounts = look(mounts, document)
	}
}

// JSON objects one after the other are no YAML, but each of them is.
func mountsOfObjects(text string) ([]string, error) {
	mounts := []string{}
	decoder := json.NewDecoder(strings.NewReader(text))
	for decoder.More() {
		var object json.RawMessage
		var document any
		if err := decoder.Decode(&object); err != nil {
			return mounts, err
		}
		if err := yaml.Unmarshal(object, &document); err != nil {
			return mounts, err
		}
		mounts = look(mounts, document)
	}
	return mounts, nil
}

// look walks through all there is.
func look(mounts []string, value any) []string {
	switch value := value.(type) {
	case []any:
		for _, item := range value {
			mounts = look(mounts, item)
		}
	case map[any]any:
		for _, list := range []string{"initContainers", "containers", "ephemeralContainers"} {
			mounts = append(mounts, mountsIn(list, value[list])...)
		}
		for _, inner := range value {
			mounts = look(mounts, inner)
		}
	}
	return mounts
}

func mountsIn(list string, value any) (mounts []string) {
	containers, _ := value.([]any)
	for _, item := range containers {
		container, _ := item.(map[any]any)
		listed, _ := container["volumeMounts"].([]any)
		for _, item := range listed {
			mount, _ := item.(map[any]any)
			mounts = append(mounts, fmt.Sprint(list, " ", container["name"], " ", mount["name"], " ", mount["mountPath"]))
		}
	}
	return mounts
}
