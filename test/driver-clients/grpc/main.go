// Grpc is a bare client on the gRPC library, dialing as the drivers 1.0 to 1.5.6 do: the path of the socket
// is the target, so that the library makes the :authority of it. Built once for each version of the library.
package main

import (
	"context"
	"net"

	"driver-clients.test/calls"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/status"
)

const serviceConfig = `{"methodConfig": [{
	"name": [{"service": "v1alpha1.CSIDriverProvider"}],
	"waitForReady": true,
	"retryPolicy": {
		"maxAttempts": 3,
		"initialBackoff": "1s",
		"maxBackoff": "10s",
		"backoffMultiplier": 1.1,
		"retryableStatusCodes": ["UNAVAILABLE"]
	}
}]}`

func main() {
	calls.Run(dial)
}

func dial(socket, authority string) (calls.Provider, error) {
	options := []grpc.DialOption{
		grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithContextDialer(func(ctx context.Context, target string) (net.Conn, error) {
			return (&net.Dialer{}).DialContext(ctx, "unix", target)
		}),
		grpc.WithDefaultServiceConfig(serviceConfig),
		grpc.WithDefaultCallOptions(grpc.ForceCodec(codec{})),
	}
	if authority != "" {
		options = append(options, grpc.WithAuthority(authority))
	}
	connection, err := grpc.Dial(socket, options...)
	if err != nil {
		return calls.Provider{}, err
	}
	return calls.Provider{
		Version: func(ctx context.Context) (string, error) {
			var answer versionResponse
			err := connection.Invoke(ctx, "/v1alpha1.CSIDriverProvider/Version", versionRequest{"v1alpha1"}, &answer)
			return answer.runtimeVersion, err
		},
		Mount: func(ctx context.Context, wish calls.Mount) (calls.Mounted, error) {
			var answer mountResponse
			err := connection.Invoke(ctx, "/v1alpha1.CSIDriverProvider/Mount", mountRequest(wish), &answer)
			return calls.Mounted(answer), err
		},
		Status: func(err error) (string, string) {
			end := status.Convert(err)
			return end.Code().String(), end.Message()
		},
		Close: func() { connection.Close() },
	}, nil
}
