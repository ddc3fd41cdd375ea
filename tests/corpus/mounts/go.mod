module mounts

go 1.25.0

require go.yaml.in/yaml/v2 v2.4.3
