/**
 * Loads the commands of a person at the shell, so that the daemon neither parses nor holds them. In the executable,
 * build/sea/load-commands.ts takes this file's place and reads the same module from inside the executable.
 *
 * The module is a copy apart there: compare nothing across the border with `instanceof`.
 */
export async function loadCommands(): Promise<typeof import('./shell-commands.ts')> {
  return import('./shell-commands.ts')
}
