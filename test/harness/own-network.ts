import { spawn, spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** Into a network namespace that ends with its process; as root, or as root of a user namespace. */
const ways: readonly (readonly string[])[] = [
  ['unshare', '--net'],
  ['unshare', '--user', '--map-root-user', '--net'],
]

/** The addresses of the Pod Identity agent, which EKS gives every node. */
const setUp = [
  'ip link set lo up',
  'ip addr add 169.254.170.23/32 dev lo',
  'ip -6 addr add fd00:ec2::23/128 dev lo nodad',
].join(' && ')

/** The command that runs another in a network of its own with the agent's addresses; undefined where that is not allowed. */
export function ownNetwork(): readonly string[] | undefined {
  return ways
    .map((way) => [...way, 'sh', '-c', `${setUp} && exec "$@"`, 'sh'])
    .find(([program = '', ...words]) => spawnSync(program, [...words, 'true']).status === 0)
}

/** Runs a file of tests there, with what it prints as a text. */
export function runTestsIn(
  network: readonly string[],
  file: URL,
): Promise<{ readonly code: number; readonly output: string }> {
  const [program = '', ...words] = [...network, process.execPath, '--test', fileURLToPath(file)]
  // Otherwise the tests inside would report to our own runner instead of printing.
  const { NODE_TEST_CONTEXT: _, ...env } = process.env
  const child = spawn(program, words, { env, stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text
    })
  }
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => resolve({ code: code ?? 1, output }))
  })
}
