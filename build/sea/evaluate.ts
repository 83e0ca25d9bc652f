import { getAssetKeys, getRawAsset } from 'node:sea'
import { Script } from 'node:vm'

/**
 * Evaluates a text that lies in the executable as an asset, with its compiled code where that lies beside it.
 *
 * It may require Node's own modules only: a look-up on disk would run what lies there.
 */
export function evaluate<Exports>(name: string): Exports {
  // One byte a character: build/bundle.ts sees to ASCII. A text of over 1 MB is kept outside of V8's heap.
  const text = Buffer.from(getRawAsset(name)).toString('latin1')
  const compiled = `${name}.compiled`
  const options = getAssetKeys().includes(compiled) ? { cachedData: Buffer.from(getRawAsset(compiled)) } : {}
  const run = new Script(text, { filename: name, ...options }).runInThisContext()
  const module: { exports: unknown } = { exports: {} }
  run(module.exports, requireBuiltin, module)
  return module.exports as Exports
}

function requireBuiltin(id: string): unknown {
  const found = process.getBuiltinModule(id)
  if (found === undefined) throw new Error(`No module ${id} in this executable`)
  return found
}
