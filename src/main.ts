import { inspect } from 'node:util'
import { loadCommands } from './commands/load-commands.ts'
import { ProviderError } from './errors/provider-error.ts'
import { endProcess } from './process/end-process.ts'
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

main(process.argv.slice(2)).then(endProcess, (error: unknown) => {
  const known = error instanceof ProviderError
  process.stderr.write(known ? `${error.code}: ${error.message}\n` : `${inspect(error)}\n`)
  endProcess(known && misuse.test(error.code) ? 2 : 1)
})
