/**
 * Stands in for @grpc/grpc-js in the daemon: the server's half of it. A daemon calls nobody by gRPC, and the client's
 * half (channels, load balancers, resolvers) is the larger one.
 */
export { Status as status } from '@grpc/grpc-js/build/src/constants.js'
export { Server } from '@grpc/grpc-js/build/src/server.js'
export { ServerCredentials } from '@grpc/grpc-js/build/src/server-credentials.js'
