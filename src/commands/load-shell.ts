/**
 * Loads what only a person at the shell needs (the AWS default credential chain and its clients),
 * so that the daemon neither parses nor holds it. In the executable, build/sea/load-shell.ts takes
 * this file's place and reads the same module from inside the executable.
 *
 * The module is a copy apart there: compare nothing across the border with `instanceof`.
 */
export async function loadShell(): Promise<typeof import('./shell.ts')> {
  return import('./shell.ts')
}
