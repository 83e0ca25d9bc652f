import { setFlagsFromString } from 'node:v8'
import { lateFlags } from '../flags.ts'
import { evaluate } from './evaluate.ts'

/** The modules of Node that main.cjs wants: build/bundle.ts puts them in. */
declare const builtins: readonly string[]

/** What the executable runs first: a text of a few lines, which needs no compiled code. */
for (const name of builtins) process.getBuiltinModule(name)
// Named by nobody: net loads it with the first server that listens.
process.getBuiltinModule('node:cluster')
for (const flag of lateFlags) setFlagsFromString(flag)
evaluate('main.cjs')
