import { evaluate } from './evaluate.ts'

/** Takes the place of src/commands/mount/load-shell-credentials.ts in the executable. */
export async function loadShellCredentials(): Promise<
  typeof import('../../src/commands/mount/shell-credentials.ts')
> {
  return evaluate('credentials.cjs')
}
