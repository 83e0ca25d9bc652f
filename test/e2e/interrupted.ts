import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, globSync, readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

/** Whoever stops a run half-way finds the machine as it was. */
const runner = fileURLToPath(new URL('run.ts', import.meta.url))
const root = fileURLToPath(new URL('../../', import.meta.url))
const { CLUSTER_STATE: state = `${root}.cache/cluster-state` } = process.env
const { KUBECONFIG: _, NODE_TEST_CONTEXT: _context, E2E_KEEP: _keep, ...environment } = process.env

for (const [signal, part] of [
  ['SIGINT', 'cluster'],
  ['SIGTERM', '03-rotation'],
] as const) {
  test(`${signal} during the part ${part} takes everything down`, { timeout: 300_000 }, async () => {
    const before = seen()
    const run = spawn(process.execPath, [runner, '03-rotation'], {
      env: environment,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let printed = ''
    for (const stream of [run.stdout, run.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        const begins = !printed.includes(`▸ ${part}\n`)
        printed += text
        if (begins && printed.includes(`▸ ${part}\n`)) setTimeout(() => run.kill(signal), 2_500)
      })
    }
    const [code] = await once(run, 'close')
    assert.notEqual(code, 0, printed)
    assert.match(printed, new RegExp(`${signal}: taking all down\\n[^]*▸ down\\n`))
    assert.deepEqual(seen(), before, printed)
  })
}

/** Mounts, control groups, links of the network, folders to mount over, and processes that a cluster has. */
function seen() {
  return {
    mounts: readFileSync('/proc/self/mounts', 'utf8').split('\n').sort(),
    groups: globSync('/sys/fs/cgroup/**/{local-cluster-*,kubepods*}'),
    links: readdirSync('/sys/class/net').sort(),
    folders: ['/etc/kubernetes', '/etc/cni', '/var/lib/cni', '/var/lib/kubelet'].filter(existsSync),
    processes: clusterProcesses(),
  }
}

/** Those that name a file of the cluster, and all that share a namespace with it. */
function clusterProcesses(): readonly string[] {
  const file = `${state}/namespaces`
  const namespaces = existsSync(file) ? readFileSync(file, 'utf8').split('\n') : []
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .filter((pid) => {
      const ours = ['scripts/local-cluster/', 'test/emulator/main.ts'].map((path) => `${root}${path}`)
      const command = unlessGone(() => readFileSync(`/proc/${pid}/cmdline`, 'utf8'))
      return (
        [state, ...ours].some((path) => command.includes(path)) ||
        ['mnt', 'net', 'pid'].some((kind) =>
          namespaces.includes(unlessGone(() => readlinkSync(`/proc/${pid}/ns/${kind}`)) || 'none'),
        )
      )
    })
}

/** A process may be gone since it was listed. */
function unlessGone(look: () => string): string {
  try {
    return look()
  } catch {
    return ''
  }
}
