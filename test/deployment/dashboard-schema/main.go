// Reads a dashboard strictly by Grafana's own schema: what Grafana does not know, lacks or has of another type is told.
package main

import (
	"fmt"
	"os"

	"github.com/grafana/grafana-foundation-sdk/go/cog/plugins"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
)

func main() {
	plugins.RegisterDefaultPlugins()
	text, err := os.ReadFile(os.Args[1])
	if err != nil {
		fail(err)
	}
	board := dashboard.Dashboard{}
	// Without any fault it gives an empty list of them, which is no nil.
	if err := board.UnmarshalJSONStrict(text); err != nil && err.Error() != "" {
		fail(err)
	}
	if err := board.Validate(); err != nil && err.Error() != "" {
		fail(err)
	}
	if len(board.Panels) == 0 {
		fail(fmt.Errorf("the dashboard has no panels"))
	}
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}
