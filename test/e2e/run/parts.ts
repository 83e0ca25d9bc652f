import { type ChildProcess, spawn } from 'node:child_process'

/** Programs run one after the other, in the foreground, each timed. */
export interface Parts {
  /** @returns Its exit code; 130 without having run it after somebody has asked to stop. */
  run(name: string, program: string, ...words: readonly string[]): Promise<number>
  /** The same for what must be done whatever happened. */
  always(name: string, program: string, ...words: readonly string[]): Promise<number>
  readonly times: readonly (readonly [name: string, seconds: number])[]
}

const stopped = 130
/** Seconds after which a program that was told to stop is ended. */
const patience = 20

/** A signal ends the part that runs, with all its processes, and lets no other begin. */
export function createParts(cwd: string, environment: NodeJS.ProcessEnv): Parts {
  const times: [name: string, seconds: number][] = []
  let running: ChildProcess | undefined
  let stopping = false
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (stopping) return
      stopping = true
      process.stdout.write(`\n▸ ${signal}: taking all down\n`)
      if (running !== undefined) endGroup(running)
    })
  }

  async function always(name: string, program: string, ...words: readonly string[]): Promise<number> {
    const began = Date.now()
    process.stdout.write(`▸ ${name}\n`)
    // A group of its own: a terminal's signal reaches it through us alone, and all of it.
    const child = spawn(program, words, {
      cwd,
      env: environment,
      stdio: ['ignore', 'inherit', 'inherit'],
      detached: true,
    })
    const ended = new Promise<number>((resolve) => {
      child.once('error', (error) => {
        process.stderr.write(`${program}: ${error.message}\n`)
        resolve(1)
      })
      child.once('exit', (code) => resolve(code ?? 1))
    })
    if (!stopping) running = child
    const code = await ended
    running = undefined
    times.push([name, Math.round((Date.now() - began) / 1000)])
    return code
  }

  return {
    times,
    always,
    async run(name, program, ...words) {
      if (stopping) return stopped
      const code = await always(name, program, ...words)
      return stopping ? stopped : code
    },
  }
}

/** Tells a program and its children to stop, and ends them when they do not. */
function endGroup(child: ChildProcess): void {
  signalGroup(child, 'SIGTERM')
  const timer = setTimeout(() => signalGroup(child, 'SIGKILL'), patience * 1000)
  child.once('exit', () => clearTimeout(timer))
}

/** To the group that `detached` has made. */
export function signalGroup({ pid }: Pick<ChildProcess, 'pid'>, signal: NodeJS.Signals): void {
  try {
    if (pid !== undefined) process.kill(-pid, signal)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}
