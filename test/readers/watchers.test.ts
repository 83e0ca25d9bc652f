import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { skipWithout } from '../harness/cached-tool.ts'
import { installNpmPackages, installPythonPackages } from './packages.ts'
import { createVolume, type Volume } from './volume.ts'

/** Which of three rotations a program notices. */
type Noticed = 'all' | 'the first' | 'none'

interface Watcher {
  readonly name: string
  readonly on: 'file' | 'directory'
  readonly noticed: Noticed
  readonly program: 'node' | 'python' | 'inotifywait' | 'entr'
}

const node = (name: string, on: Watcher['on'], noticed: Noticed): Watcher => ({
  name,
  on,
  noticed,
  program: 'node',
})
const python = (name: string, on: Watcher['on'], noticed: Noticed): Watcher => ({
  name,
  on,
  noticed,
  program: 'python',
})

/** docs/reading-files.md says the same. */
const watchers: readonly Watcher[] = [
  node('fs.watch', 'file', 'the first'),
  node('fs.watch', 'directory', 'all'),
  node('fs.watch, recursive', 'directory', 'the first'),
  node('fs.watchFile', 'file', 'all'),
  node('chokidar', 'file', 'all'),
  node('chokidar', 'directory', 'all'),
  node('node-watch', 'file', 'none'),
  node('node-watch', 'directory', 'the first'),
  node('watchpack', 'file', 'none'),
  node('watchpack, followSymlinks', 'file', 'all'),
  python('watchfiles', 'file', 'the first'),
  python('watchfiles', 'directory', 'all'),
  python('watchfiles, polling', 'file', 'all'),
  python('watchdog', 'file', 'none'),
  python('watchdog', 'directory', 'all'),
  python('watchdog, polling', 'directory', 'all'),
  { name: 'inotifywait', on: 'file', noticed: 'the first', program: 'inotifywait' },
  { name: 'inotifywait', on: 'directory', noticed: 'all', program: 'inotifywait' },
  { name: 'entr', on: 'file', noticed: 'all', program: 'entr' },
]

const rotations = 3
/** A program that has said nothing for so long after all others have will say nothing. */
const graceMs = 2_000
const patienceMs = 20_000

const skips: Readonly<Record<Watcher['program'], string | false>> = {
  node: skipWithout('npm', 'npm', ['--version']),
  python: skipWithout('Python 3 with venv', 'python3', ['-c', 'import venv, ensurepip']),
  inotifywait: skipWithout('inotify-tools', 'sh', ['-c', 'command -v inotifywait']),
  entr: skipWithout('entr', 'sh', ['-c', 'command -v entr']),
}

describe('a program that watches', () => {
  let volume: Volume
  const running = new Map<Watcher, { readonly child: ChildProcess; events: number }>()
  const seen = new Map<Watcher, boolean[]>()

  before(async () => {
    const packages = skips.node === false ? installNpmPackages() : ''
    const interpreter = skips.python === false ? installPythonPackages() : ''
    volume = createVolume()
    await volume.write({ password: 'first', 'login.json': '{}' })
    const there = watchers.filter(({ program }) => skips[program] === false)
    await Promise.all(there.map((watcher) => start(watcher, packages, interpreter)))
    for (let rotation = 0; rotation < rotations; rotation += 1) {
      for (const one of running.values()) one.events = 0
      await volume.write({ password: `value ${rotation}`, 'login.json': '{}' })
      const waitedFor = there.filter(
        ({ noticed }) => noticed === 'all' || (noticed === 'the first' && rotation === 0),
      )
      const begun = performance.now()
      while (waitedFor.some((watcher) => running.get(watcher)?.events === 0)) {
        if (performance.now() - begun > patienceMs) break
        await sleep(50)
      }
      await sleep(graceMs)
      for (const [watcher, { events }] of running)
        seen.set(watcher, [...(seen.get(watcher) ?? []), events > 0])
    }
  })
  after(async () => {
    await Promise.all([...running.values()].map(({ child }) => ended(child)))
    volume?.remove()
  })

  for (const watcher of watchers) {
    const { name, on, noticed, program } = watcher
    test(`${name} on the ${on} notices ${noticed} of three rotations`, { skip: skips[program] }, () => {
      const expected = {
        all: [true, true, true],
        'the first': [true, false, false],
        none: [false, false, false],
      }
      assert.deepEqual(seen.get(watcher), expected[noticed])
    })
  }

  async function start(watcher: Watcher, packages: string, interpreter: string): Promise<void> {
    const { name, on, program } = watcher
    const path = on === 'file' ? join(volume.path, 'password') : volume.path
    const commands = {
      node: [process.execPath, join(import.meta.dirname, 'watch.ts'), packages, name, path],
      python: [interpreter, join(import.meta.dirname, 'watch.py'), name, path],
      inotifywait: ['inotifywait', '--monitor', '--event', 'modify,attrib,move,create,delete', path],
      entr: ['entr', '-n', 'echo', 'event'],
    }
    const [command = '', ...words] = commands[program]
    const child = spawn(command, words, { stdio: ['pipe', 'pipe', 'ignore'] })
    child.stdin?.end(`${path}\n`)
    const state = { child, events: 0 }
    running.set(watcher, state)
    let isReady = false
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      for (const line of text.split('\n').filter(Boolean)) {
        if (line === 'ready') isReady = true
        else state.events += 1
      }
    })
    const begun = performance.now()
    while (!isReady && !(program !== 'node' && program !== 'python' && watches(child))) {
      if (child.exitCode !== null) throw new Error(`${name} on the ${on} ended at its start`)
      if (performance.now() - begun > patienceMs) throw new Error(`${name} on the ${on} is not ready`)
      await sleep(50)
    }
  }
})

/** Whether the kernel has a watch for it: programs that do not say when they begin. */
function watches({ pid }: ChildProcess): boolean {
  const folder = `/proc/${pid}/fdinfo`
  return readdirSync(folder).some((name) => {
    try {
      return /^inotify wd:/m.test(readFileSync(join(folder, name), 'utf8'))
    } catch {
      return false
    }
  })
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const end = new Promise((resolve) => child.once('close', resolve))
  child.kill('SIGKILL')
  await end
}
