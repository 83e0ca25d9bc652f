import { readFileSync, writeFileSync } from 'node:fs'
import { setFlagsFromString } from 'node:v8'
import { Script } from 'node:vm'

/**
 * node compile.ts text.cjs: writes text.cjs.compiled, V8's compiled code of every function in the text.
 *
 * V8 by itself compiles what runs at once, and leaves each other function to its first call: a hundred and more of them
 * wait in a first mount. All, and not those that a run of the program meets, since that would differ from run to run.
 *
 * With --check it compiles nothing, and fails unless this process takes the compiled code: V8 refuses it without a word
 * when flags that it counts are others than here.
 */
const [name = '', check] = process.argv.slice(2)
const text = readFileSync(name, 'latin1')
const compiled = `${name}.compiled`

if (check === '--check') {
  const { cachedDataRejected } = new Script(text, { filename: name, cachedData: readFileSync(compiled) })
  if (cachedDataRejected !== false) throw new Error(`${name}: with these flags V8 refuses the compiled code`)
} else {
  setFlagsFromString('--no-lazy')
  const script = new Script(text, { filename: name })
  // The flag is one of those that V8 counts.
  setFlagsFromString('--lazy')
  writeFileSync(compiled, script.createCachedData())
}
