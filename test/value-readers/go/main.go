// Reads a JSON list of {kind, text} from standard input and prints what Go's readers make of each.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"

	"github.com/BurntSushi/toml"
	"github.com/docker/cli/pkg/kvfile"
	"github.com/joho/godotenv"
	"go.yaml.in/yaml/v3"
)

type file struct{ Kind, Text string }

type result struct {
	Read  map[string]any `json:"read,omitempty"`
	Error string         `json:"error,omitempty"`
}

func main() {
	var files []file
	if err := json.NewDecoder(os.Stdin).Decode(&files); err != nil {
		panic(err)
	}
	results := make([]result, len(files))
	for at, each := range files {
		read, err := parse(each)
		if err != nil {
			results[at].Error = err.Error()
		} else {
			results[at].Read = read
		}
	}
	if err := json.NewEncoder(os.Stdout).Encode(results); err != nil {
		panic(err)
	}
}

func parse(each file) (map[string]any, error) {
	read := map[string]any{}
	switch each.Kind {
	case "dotenv":
		values, err := godotenv.Unmarshal(each.Text)
		for key, value := range values {
			read[key] = value
		}
		return read, err
	case "docker-env":
		lines, err := kvfile.ParseFromReader(strings.NewReader(each.Text), os.LookupEnv)
		for _, line := range lines {
			key, value, _ := strings.Cut(line, "=")
			read[key] = value
		}
		return read, err
	case "toml":
		_, err := toml.Decode(each.Text, &read)
		return read, err
	case "yaml":
		return read, yaml.Unmarshal([]byte(each.Text), &read)
	}
	return nil, fmt.Errorf("no reader of %s", each.Kind)
}
