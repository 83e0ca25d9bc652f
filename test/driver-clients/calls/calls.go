// Package calls lets a test say what a client of the provider shall do, and hear how it ended.
package calls

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"sync"
	"time"
)

// Work comes as JSON on standard input: rounds one after the other over one connection, the calls of a
// round at once. A call without a mount asks for the version.
type Work struct {
	Socket string `json:"socket"`
	// What the client names the server by, where that is not what comes of dialing.
	Authority string   `json:"authority"`
	Rounds    [][]Call `json:"rounds"`
}

type Call struct {
	Mount *Mount `json:"mount"`
}

// Mount holds the fields of a mount request.
type Mount struct {
	Attributes     string            `json:"attributes"`
	Secrets        string            `json:"secrets"`
	TargetPath     string            `json:"targetPath"`
	Permission     string            `json:"permission"`
	ObjectVersions map[string]string `json:"objectVersions"`
}

// End of a call, as JSON on standard output, in the order of the rounds.
type End struct {
	// Name of the gRPC status, "OK" for success.
	Code    string `json:"code"`
	Message string `json:"message"`
	Version string `json:"version,omitempty"`
	Mounted
}

type Mounted struct {
	ObjectVersions map[string]string `json:"objectVersions,omitempty"`
	// By path, where the client itself writes nothing.
	Files map[string]File `json:"files,omitempty"`
}

type File struct {
	Mode     int32  `json:"mode"`
	Contents []byte `json:"contents"`
}

// Provider is a connection to one, by whichever client.
type Provider struct {
	Version func(context.Context) (string, error)
	Mount   func(context.Context, Mount) (Mounted, error)
	// Status gives the name and the text of an error's gRPC status.
	Status func(error) (code, message string)
	Close  func()
}

// Run does the work that standard input asks for and ends the process when that cannot be done.
func Run(dial func(socket, authority string) (Provider, error)) {
	if err := run(dial); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(dial func(socket, authority string) (Provider, error)) error {
	var work Work
	if err := json.NewDecoder(os.Stdin).Decode(&work); err != nil {
		return err
	}
	provider, err := dial(work.Socket, work.Authority)
	if err != nil {
		return err
	}
	defer provider.Close()
	// A provider that never answers shall fail the test, not hang it.
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	ends := make([][]End, len(work.Rounds))
	for i, round := range work.Rounds {
		ends[i] = atOnce(ctx, provider, round)
	}
	return json.NewEncoder(os.Stdout).Encode(ends)
}

func atOnce(ctx context.Context, provider Provider, round []Call) []End {
	ends := make([]End, len(round))
	var all sync.WaitGroup
	for i := range round {
		all.Add(1)
		go func(i int) {
			defer all.Done()
			ends[i] = do(ctx, provider, round[i])
		}(i)
	}
	all.Wait()
	return ends
}

func do(ctx context.Context, provider Provider, call Call) (end End) {
	var err error
	if call.Mount == nil {
		end.Version, err = provider.Version(ctx)
	} else {
		end.Mounted, err = provider.Mount(ctx, *call.Mount)
	}
	end.Code, end.Message = provider.Status(err)
	return end
}
