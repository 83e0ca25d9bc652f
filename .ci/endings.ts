import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

/**
 * scripts/with-node node .ci/endings.ts [EXECUTABLE [RUNS [SECONDS]]]
 * Ends the executable thousands of times, ten at a time, and fails when a run is still there 10 s after the last that
 * it said: a process that waits for ever on its way out shows in one of a thousand runs, and on a busy machine only.
 * Stops after SECONDS (120 unless given) with the runs it has made.
 */
const [
  executable = 'dist/secrets-store-csi-driver-provider-aws-linux-amd64',
  runs = '5000',
  seconds = '120',
] = process.argv.slice(2)
const program = resolve(executable)
const wanted = Number(runs)
const mostSeconds = Number(seconds)
const atOnce = 10
const patienceMs = 10_000

interface Run {
  readonly argv: readonly string[]
  readonly input?: string
  readonly codes: readonly number[]
}

const noSpec = 'apiVersion: secrets-store.csi.x-k8s.io/v1\nkind: SecretProviderClass\n'
const wrongClass = `${noSpec}metadata: {name: app}\nspec: {provider: aws, parameters: {objects: "- {}"}}\n`
const scratch = mkdtempSync(join(tmpdir(), 'endings-'))

const kinds: readonly Run[] = [
  { argv: ['validate', '-'], input: noSpec, codes: [1] },
  { argv: ['version'], codes: [0] },
  { argv: ['validate', '-'], input: wrongClass, codes: [1] },
  { argv: ['mount', '-', '--dry-run', '--region', 'us-east-1'], input: wrongClass, codes: [1] },
  { argv: ['help', 'validate'], codes: [0] },
  { argv: ['--no-such-flag'], codes: [2] },
]
/** These take longer, and come less often. */
const slowKinds: readonly Run[] = [
  { argv: ['doctor', '--provider-volume', join(scratch, 'none')], codes: [1] },
  { argv: ['serve', '--health-port=0', '--provider-volume', scratch], codes: [1] },
]

let begun = 0
let ended = 0
const problems: string[] = []
const until = performance.now() + mostSeconds * 1000
await Promise.all(Array.from({ length: atOnce }, worker))
rmSync(scratch, { recursive: true, force: true })
for (const problem of problems.slice(0, 20)) process.stdout.write(`${problem}\n`)
process.stdout.write(`${ended} runs\n`)
process.exitCode = problems.length > 0 || ended === 0 ? 1 : 0

async function worker(): Promise<void> {
  while (begun < wanted && performance.now() < until && problems.length < 5) {
    begun += 1
    const number = begun
    const slow = begun % 50 === 0
    const list = slow ? slowKinds : kinds
    const run = list[(slow ? begun / 50 : begun) % list.length]
    if (run === undefined) return
    const problem = await end(run)
    ended += 1
    if (problem !== undefined) problems.push(`run ${number}: ${run.argv.join(' ')}: ${problem}`)
  }
}

/** Resolves with what was wrong with the end of one run. */
function end({ argv, input = '', codes }: Run): Promise<string | undefined> {
  const child = spawn(program, argv, { stdio: 'pipe', env: { PATH: process.env.PATH, HOME: scratch } })
  child.stdin.on('error', () => {})
  child.stdin.end(input)
  return new Promise((done) => {
    let said = ''
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said += text
    })
    let timer = later()
    function later(): NodeJS.Timeout {
      return setTimeout(() => {
        child.kill('SIGKILL')
        done(`still there ${patienceMs / 1000} s after its last word`)
      }, patienceMs)
    }
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', () => {
        clearTimeout(timer)
        timer = later()
      })
    }
    child.on('error', (error) => done(error.message))
    child.on('close', (code, signal) => {
      clearTimeout(timer)
      const isRight = code !== null && codes.includes(code)
      done(isRight ? undefined : `ended with ${code ?? signal}, not ${codes.join(' or ')}, and said: ${said}`)
    })
  })
}
