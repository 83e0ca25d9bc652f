import { getAsset } from 'node:sea'
import { compileFunction } from 'node:vm'

type Shell = typeof import('../../src/commands/shell.ts')

/**
 * Takes the place of src/commands/load-shell.ts in the executable: the shell's chunk lies beside
 * the program as an asset and costs nothing until it is asked for.
 *
 * The chunk may require Node's own modules only: a look-up on disk would run what lies there.
 */
export async function loadShell(): Promise<Shell> {
  const module: { exports: unknown } = { exports: {} }
  const evaluate = compileFunction(getAsset('shell.cjs', 'utf8'), ['exports', 'require', 'module'], {
    filename: 'shell.cjs',
  })
  evaluate(module.exports, requireBuiltin, module)
  return module.exports as Shell
}

function requireBuiltin(id: string): unknown {
  const found = process.getBuiltinModule(id)
  if (found === undefined) throw new Error(`No module ${id} in this executable`)
  return found
}
