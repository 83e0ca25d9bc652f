import { evaluate } from './evaluate.ts'

/** Takes the place of src/commands/load-commands.ts in the executable. */
export async function loadCommands(): Promise<typeof import('../../src/commands/shell-commands.ts')> {
  return evaluate('commands.cjs')
}
