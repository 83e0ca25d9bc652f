import { inspect } from 'node:util'
import { loadCommands } from './commands/load-commands.ts'
import { ProviderError } from './errors/provider-error.ts'
import { parseServeFlags, serveHelp } from './settings/serve-flags.ts'
import { readServeSettings } from './settings/serve-settings.ts'

/** Errors of whoever wrote the command line or the environment. */
const misuse = /^(FLAG_|ARGUMENT_|SETTING_INVALID$)/

/** Exit codes: 0 done, 1 failed, 2 usage error. */
async function main(argv: readonly string[]): Promise<number> {
  const [command] = argv
  const serves = command === undefined || command === 'serve' || command.startsWith('-')
  if (!serves || command === '--help' || command === '-h' || command === '--version') {
    const { runShellCommand } = await loadCommands()
    return runShellCommand(argv, process.env)
  }
  const flags = parseServeFlags(command === 'serve' ? argv.slice(1) : argv)
  if (flags === 'help') {
    process.stdout.write(serveHelp(process.stdout.columns))
    return 0
  }
  const settings = readServeSettings(flags, process.env)
  const { serve } = await import('./daemon/serve.ts')
  return serve(settings)
}

/** Long after the last JavaScript that could be compiled, and short for whoever waits. */
const backstopMs = 1_000

/**
 * Ends the process with `code` once nothing is under way any more; at the latest a second after the event loop has
 * nothing left but what nobody waits for (a connection to a silent peer, a name that is being looked up).
 *
 * Never by process.exit() at once: that joins V8's worker threads, and one of them that is compiling at that moment
 * can wait for the main thread for ever. Source: https://github.com/nodejs/node/issues/54918; seen in one of a thousand
 * runs of a command, ten at a time on two cores.
 */
function endProcess(code: number): void {
  process.exitCode = code
  setTimeout(endUnlessWriting, backstopMs, code).unref()
}

/** A reader that is slow still gets all of it. */
function endUnlessWriting(code: number): void {
  if (process.stdout.writableLength + process.stderr.writableLength > 0) endProcess(code)
  else process.exit(code)
}

main(process.argv.slice(2)).then(endProcess, (error: unknown) => {
  const known = error instanceof ProviderError
  process.stderr.write(known ? `${error.code}: ${error.message}\n` : `${inspect(error)}\n`)
  endProcess(known && misuse.test(error.code) ? 2 : 1)
})
