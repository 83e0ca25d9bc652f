import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { inspect, parseArgs } from 'node:util'
import { fuzz } from './harness/fuzz.ts'
import type { FuzzTarget } from './harness/target.ts'

const folder = import.meta.dirname

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seconds: { type: 'string', default: '60' },
    inputs: { type: 'string', default: 'Infinity' },
    seed: { type: 'string' },
    keep: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})

const help = `Usage: node test/fuzz/run.ts [target…] [--seconds N] [--inputs N] [--seed N] [--keep]

Tries each target (all unless told) for N seconds (60), with --inputs no more than N. --seed repeats a run; --keep adds to test/fuzz/corpus what was
the first on its way through the code. Nothing is ever taken out of the corpus.
`

if (values.help) process.stdout.write(help)
else process.exitCode = await run()

async function run(): Promise<number> {
  const names = readdirSync(folder)
    .filter((file) => file.endsWith('.ts') && file !== basename(import.meta.filename))
    .map((file) => basename(file, '.ts'))
    .filter((name) => positionals.length === 0 || positionals.includes(name))
  let failed = 0
  for (const name of names) if (!(await runTarget(name))) failed += 1
  process.stdout.write(`${names.length - failed} passed, ${failed} failed, 0 skipped\n`)
  return failed === 0 && names.length > 0 ? 0 : 1
}

async function runTarget(name: string): Promise<boolean> {
  const { target } = (await import(join(folder, `${name}.ts`))) as { target: FuzzTarget }
  const kept = join(folder, 'corpus', name)
  mkdirSync(kept, { recursive: true })
  const corpus = readdirSync(kept)
    .toSorted()
    .map((file) => readFileSync(join(kept, file)))
  const seed = values.seed === undefined ? Math.floor(Math.random() * 2 ** 32) : Number(values.seed)
  process.stdout.write(`${name}: seed ${seed}, ${corpus.length} inputs of earlier runs\n`)
  const outcome = await fuzz(target, {
    seed,
    seconds: Number(values.seconds),
    most: Number(values.inputs),
    corpus,
  })
  process.stdout.write(`${name}: ${outcome.inputs} inputs, ${outcome.ways} ways through the code\n`)
  if (values.keep) for (const input of outcome.fresh) keep(kept, input)
  if (outcome.finding === undefined) return true
  const { input, error } = outcome.finding
  process.stdout.write(
    `${name}: FAILED with ${inspect(error, { depth: 2 })}\ninput in base64: ${input.toString('base64')}\nkept as ${keep(kept, input)}\n`,
  )
  return false
}

function keep(kept: string, input: Buffer): string {
  const file = join(kept, createHash('sha256').update(input).digest('hex').slice(0, 16))
  writeFileSync(file, input)
  return file
}
