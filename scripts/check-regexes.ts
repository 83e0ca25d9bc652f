/**
 * Checks that every regular expression of src/ takes linear time on any text: names, sentences of AWS and tokens come
 * from strangers, and one expression that backtracks holds up the mounts of a whole node.
 *
 * Each is put before recheck, which finds a text that slows it down, or proves that there is none. An expression that
 * is put together at run time cannot be judged, so there are none of those.
 */
import { globSync, readFileSync } from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'
import { parse } from 'acorn'
import { checkSync } from 'recheck'

interface Expression {
  readonly at: string
  readonly pattern: string
  readonly flags: string
}

const expressions: Expression[] = []
const wrong: string[] = []
for (const file of globSync('src/**/*.ts', { exclude: ['**/*.test.ts', '**/*.d.ts'] }).toSorted())
  readFile(file)
for (const { at, pattern, flags } of expressions) {
  const { status, complexity, attack } = diagnose(pattern, flags)
  if (status === 'safe') continue
  const reason = status === 'vulnerable' ? `${complexity}, as with ${attack}` : 'not known to be linear'
  wrong.push(`${at}: /${pattern}/${flags} is ${reason}`)
}
for (const line of wrong) process.stderr.write(`${line}\n`)
process.stdout.write(`looked at ${expressions.length} regular expressions: ${wrong.length} not linear\n`)
process.exitCode = wrong.length === 0 ? 0 : 1

function readFile(file: string): void {
  // Types become blanks, so that lines stay what they are.
  const program = parse(stripTypeScriptTypes(readFileSync(file, 'utf8')), {
    ecmaVersion: 'latest',
    sourceType: 'module',
    locations: true,
  })
  visit(program, (node) => {
    const at = `${file}:${node.loc?.start.line ?? 0}`
    if (node.regex !== undefined) expressions.push({ at, ...node.regex })
    else if (isMade(node)) wrong.push(`${at}: a regular expression is put together at run time`)
  })
}

interface Node {
  readonly type: string
  readonly loc?: { readonly start: { readonly line: number } }
  readonly regex?: { readonly pattern: string; readonly flags: string }
  readonly callee?: { readonly type: string; readonly name?: string }
}

function visit(value: unknown, seen: (node: Node) => void): void {
  if (Array.isArray(value)) for (const each of value) visit(each, seen)
  else if (isNode(value)) {
    seen(value)
    visit(Object.values(value), seen)
  }
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value
}

function isMade({ type, callee }: Node): boolean {
  const isCall = type === 'NewExpression' || type === 'CallExpression'
  return isCall && callee?.type === 'Identifier' && callee.name === 'RegExp'
}

function diagnose(pattern: string, flags: string) {
  const found = checkSync(pattern, flags, { timeout: 300_000 })
  return {
    status: found.status,
    complexity: found.status === 'vulnerable' ? found.complexity.summary : '',
    attack: found.status === 'vulnerable' ? found.attack.pattern : '',
  }
}
