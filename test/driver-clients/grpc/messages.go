package main

import (
	"fmt"

	"driver-clients.test/calls"
	"google.golang.org/protobuf/encoding/protowire"
)

// The messages of v1alpha1.CSIDriverProvider that a client sends and reads, written by hand: generated code
// is tied to versions of the libraries, and this program is built with many.
type (
	versionRequest  struct{ version string }
	versionResponse struct{ runtimeVersion string }
	mountRequest    calls.Mount
	mountResponse   calls.Mounted
)

type codec struct{}

// Name is that of the usual codec, which makes it the content type on the wire.
func (codec) Name() string { return "proto" }

func (codec) Marshal(message interface{}) ([]byte, error) {
	switch message := message.(type) {
	case versionRequest:
		return appendText(nil, 1, message.version), nil
	case mountRequest:
		wire := appendText(nil, 1, message.Attributes)
		wire = appendText(wire, 2, message.Secrets)
		wire = appendText(wire, 3, message.TargetPath)
		wire = appendText(wire, 4, message.Permission)
		for id, version := range message.ObjectVersions {
			wire = appendText(wire, 5, string(appendText(appendText(nil, 1, id), 2, version)))
		}
		return wire, nil
	}
	return nil, fmt.Errorf("cannot send a %T", message)
}

func appendText(wire []byte, field protowire.Number, text string) []byte {
	if text == "" {
		return wire
	}
	return protowire.AppendString(protowire.AppendTag(wire, field, protowire.BytesType), text)
}

func (codec) Unmarshal(wire []byte, message interface{}) error {
	switch message := message.(type) {
	case *versionResponse:
		return fields(wire, func(field protowire.Number, bytes []byte, _ uint64) error {
			if field == 3 {
				message.runtimeVersion = string(bytes)
			}
			return nil
		})
	case *mountResponse:
		message.ObjectVersions = map[string]string{}
		message.Files = map[string]calls.File{}
		return fields(wire, func(field protowire.Number, bytes []byte, _ uint64) error {
			switch field {
			case 1:
				return readObjectVersion(bytes, message.ObjectVersions)
			case 3:
				return readFile(bytes, message.Files)
			}
			return fmt.Errorf("field %d in a mount response", field)
		})
	}
	return fmt.Errorf("cannot read a %T", message)
}

func readObjectVersion(wire []byte, into map[string]string) error {
	var id, version string
	err := fields(wire, func(field protowire.Number, bytes []byte, _ uint64) error {
		switch field {
		case 1:
			id = string(bytes)
		case 2:
			version = string(bytes)
		}
		return nil
	})
	into[id] = version
	return err
}

func readFile(wire []byte, into map[string]calls.File) error {
	var path string
	var file calls.File
	err := fields(wire, func(field protowire.Number, bytes []byte, number uint64) error {
		switch field {
		case 1:
			path = string(bytes)
		case 2:
			file.Mode = int32(number)
		case 3:
			file.Contents = append([]byte{}, bytes...)
		}
		return nil
	})
	into[path] = file
	return err
}

// fields calls read with each field: its bytes, or its number.
func fields(wire []byte, read func(field protowire.Number, bytes []byte, number uint64) error) error {
	for len(wire) > 0 {
		field, kind, length := protowire.ConsumeTag(wire)
		if length < 0 {
			return protowire.ParseError(length)
		}
		wire = wire[length:]
		var bytes []byte
		var number uint64
		switch kind {
		case protowire.BytesType:
			bytes, length = protowire.ConsumeBytes(wire)
		case protowire.VarintType:
			number, length = protowire.ConsumeVarint(wire)
		default:
			return fmt.Errorf("field %d is of wire type %d", field, kind)
		}
		if length < 0 {
			return protowire.ParseError(length)
		}
		wire = wire[length:]
		if err := read(field, bytes, number); err != nil {
			return err
		}
	}
	return nil
}
