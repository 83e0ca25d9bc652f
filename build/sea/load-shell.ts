import { evaluate } from './evaluate.ts'

/** Takes the place of src/commands/load-shell.ts in the executable. */
export async function loadShell(): Promise<typeof import('../../src/commands/shell.ts')> {
  return evaluate('shell.cjs')
}
