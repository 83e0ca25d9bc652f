/**
 * Stands in for @aws-sdk/credential-provider-node in the daemon, which gives every client the
 * credentials of one workload: were one forgotten, the node's own credentials must not be found
 * in its place. The shell's chunk has the real one.
 */
export function defaultProvider(): () => Promise<never> {
  return async () => {
    throw new Error('An AWS client was built without credentials')
  }
}
