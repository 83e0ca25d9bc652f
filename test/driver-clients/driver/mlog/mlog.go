// Package mlog stands in for the logging library of the Secrets Store CSI driver, which module proxies do
// not serve. The parts of the driver that this client uses call one function of it, at a fatal end.
package mlog

import (
	"fmt"
	"os"
)

// Fatal prints the error and ends the process.
func Fatal(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}
