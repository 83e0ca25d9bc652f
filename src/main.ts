import { parseServeFlags, serveHelp } from './commands/serve-flags.ts'
import { ProviderError } from './errors.ts'
import { readServeSettings } from './settings.ts'

/** Exit codes: 0 done, 1 failed, 2 used wrongly. */
async function main(argv: readonly string[]): Promise<number> {
  const [command] = argv
  const serves = command === undefined || command === 'serve' || command.startsWith('-')
  if (!serves || command === '--help' || command === '-h' || command === '--version') {
    const { runShellCommand } = await import('./commands/shell-commands.ts')
    return runShellCommand(argv, process.env)
  }
  const flags = parseServeFlags(command === 'serve' ? argv.slice(1) : argv)
  if (flags === 'help') {
    process.stdout.write(serveHelp())
    return 0
  }
  const settings = readServeSettings(flags, process.env)
  const { serve } = await import('./commands/serve.ts')
  return serve(settings)
}

main(process.argv.slice(2)).then(
  (code) => process.exit(code),
  (error: unknown) => {
    if (!(error instanceof ProviderError)) throw error
    process.stderr.write(`${error.code}: ${error.message}\n`)
    process.exit(error.code.startsWith('FLAG_') || error.code === 'SETTING_INVALID' ? 2 : 1)
  },
)
