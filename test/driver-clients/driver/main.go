// Driver is the provider's client as the Secrets Store CSI driver has it: the driver's own code dials,
// calls, and writes the files of an answer.
package main

import (
	"context"
	"path/filepath"
	"strings"

	"driver-clients.test/calls"
	"google.golang.org/grpc/status"
	secretsstore "sigs.k8s.io/secrets-store-csi-driver/pkg/secrets-store"
)

func main() {
	calls.Run(dial)
}

// dial leads to a provider as the driver finds it, by the folder and the name of its socket, and names it as the driver does.
func dial(socket, _ string) (calls.Provider, error) {
	clients := secretsstore.NewPluginClientBuilder([]string{filepath.Dir(socket)})
	client, err := clients.Get(context.Background(), strings.TrimSuffix(filepath.Base(socket), ".sock"))
	if err != nil {
		return calls.Provider{}, err
	}
	return calls.Provider{
		Version: func(ctx context.Context) (string, error) {
			return secretsstore.Version(ctx, client)
		},
		Mount: func(ctx context.Context, wish calls.Mount) (calls.Mounted, error) {
			versions, _, err := secretsstore.MountContent(
				ctx, client, wish.Attributes, wish.Secrets, wish.TargetPath, wish.Permission, wish.ObjectVersions)
			return calls.Mounted{ObjectVersions: versions}, err
		},
		Status: func(err error) (string, string) {
			end := status.Convert(err)
			return end.Code().String(), end.Message()
		},
		Close: clients.Cleanup,
	}, nil
}
