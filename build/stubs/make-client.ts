/**
 * Stands in for the module of grpc-js that makes clients, which its server wants only to describe its channelz and ORCA
 * services. Neither is offered here.
 */
export function loadPackageDefinition(): never {
  throw new Error('This build has no channelz and no ORCA service')
}
