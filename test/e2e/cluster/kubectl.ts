import { spawn } from 'node:child_process'

/** An object of Kubernetes, as JSON has it. */
export interface Manifest {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly [field: string]: unknown }
  readonly [field: string]: unknown
}

/** What a command printed; `code` is its exit code, or 1 when a signal ended it. */
export interface Printed {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** Runs kubectl and gives what it printed to standard output. @throws Error with its error output when it fails. */
export async function kubectl(words: readonly string[], input?: string): Promise<string> {
  const { code, stdout, stderr } = await run('kubectl', words, input)
  if (code !== 0) {
    throw new Error(`kubectl ${words.slice(0, 8).join(' ')}: ${stderr.slice(0, 4000)}`)
  }
  return stdout
}

/** The same, parsed. */
export async function kubectlJson<T>(words: readonly string[], input?: string): Promise<T> {
  return JSON.parse(await kubectl([...words, '-o', 'json'], input)) as T
}

/** Applies objects, or manifests as text, to a namespace. */
export async function apply(what: readonly Manifest[] | string, namespace?: string): Promise<void> {
  const text =
    typeof what === 'string' ? what : JSON.stringify({ apiVersion: 'v1', kind: 'List', items: what })
  await kubectl(['apply', '-f', '-', ...(namespace === undefined ? [] : ['-n', namespace])], text)
}

/** Runs a program to its end, whatever its exit code. */
export function run(program: string, words: readonly string[], input = ''): Promise<Printed> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, words, { stdio: 'pipe' })
    let stdout = ''
    let stderr = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text
    })
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text
    })
    child.once('error', reject)
    child.once('close', (code) => resolve({ code: code ?? 1, stdout, stderr }))
    // A program that does not read its input is no failure.
    child.stdin.on('error', () => undefined).end(input)
  })
}
