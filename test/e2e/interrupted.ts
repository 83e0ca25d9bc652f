import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, globSync, readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

/** Whoever stops a run half-way finds the machine as it was. */
const runner = fileURLToPath(new URL('run.ts', import.meta.url))
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

/** Mounts, control groups, links of the network, and namespaces that processes are in. */
function seen() {
  const namespaces = readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .flatMap((pid) => ['mnt', 'net', 'pid'].map((kind) => namespaceOf(pid, kind)))
  return {
    mounts: readFileSync('/proc/self/mounts', 'utf8').split('\n').sort(),
    groups: globSync('/sys/fs/cgroup/**/{local-cluster-*,kubepods*}'),
    links: existsSync('/sys/class/net') ? readdirSync('/sys/class/net').sort() : [],
    folders: ['/etc/kubernetes', '/etc/cni', '/var/lib/cni', '/var/lib/kubelet', '/run/containerd'].filter(
      existsSync,
    ),
    namespaces: [...new Set(namespaces)].filter((name) => name !== '').sort(),
  }
}

/** A process may be gone since it was listed. */
function namespaceOf(pid: string, kind: string): string {
  try {
    return readlinkSync(`/proc/${pid}/ns/${kind}`)
  } catch {
    return ''
  }
}
