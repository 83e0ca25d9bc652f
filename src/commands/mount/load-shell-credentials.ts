/**
 * Loads the AWS default credential chain and its clients, which only a mount at the shell needs. In the executable,
 * build/sea/load-shell-credentials.ts takes this file's place and reads the same module from inside the executable.
 *
 * The module is a copy apart there: compare nothing across the border with `instanceof`.
 */
export async function loadShellCredentials(): Promise<typeof import('./shell-credentials.ts')> {
  return import('./shell-credentials.ts')
}
