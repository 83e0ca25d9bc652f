module readers

go 1.23

require (
	github.com/BurntSushi/toml v1.6.0
	github.com/docker/cli v29.9.3+incompatible
	github.com/joho/godotenv v1.5.1
	go.yaml.in/yaml/v3 v3.0.6
)

require gotest.tools/v3 v3.5.2 // indirect
