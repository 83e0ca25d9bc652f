/**
 * Stands in for @grpc/proto-loader, which grpc-js wants only for its channelz and ORCA services.
 * Neither is offered here, and without it protobufjs stays out of the bundle as well.
 */
export function loadSync(): never {
  throw new Error('This build has no channelz and no ORCA service')
}
