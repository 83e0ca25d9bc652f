import { Command, CommanderError } from 'commander'
import { ProviderError } from '../errors/provider-error.ts'
import { providerName, version } from '../process/version.ts'
import type { Environment } from '../settings/serve-settings.ts'
import { registerDoctor } from './doctor/doctor-command.ts'
import { registerExplain } from './explain/explain-command.ts'
import { wrap } from './layout.ts'
import { registerMount } from './mount/mount-command.ts'
import { reportFault } from './report-fault.ts'
import { createScreen, type Register, type ShellContext } from './screen.ts'
import { registerServe } from './serve-command.ts'
import { registerValidate } from './validate/validate-command.ts'
import { registerVersion } from './version-command.ts'

/** The commands, in the order in which help lists them. A new one is a file with its Register, and a word here. */
const commands: readonly Register[] = [
  registerServe,
  registerMount,
  registerValidate,
  registerExplain,
  registerDoctor,
  registerVersion,
]

/** Runs a command for a person at the shell. Resolves with the exit code: 0 done, 1 failed, 2 usage error. */
export async function runShellCommand(argv: readonly string[], environment: Environment): Promise<number> {
  const screen = createScreen(environment)
  let code = 0
  const context: ShellContext = {
    environment,
    screen,
    finish: (given) => {
      code = given
    },
  }
  endQuietlyWithReader()
  try {
    await createProgram(context).parseAsync([...argv], { from: 'user' })
    return code
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
    if (!(error instanceof ProviderError)) throw error
    reportFault(error, screen)
    return 2
  }
}

/** The program with all its commands. */
export function createProgram(context: ShellContext): Command {
  const program = new Command(providerName)
  program
    .description(
      'AWS provider for the Kubernetes Secrets Store CSI driver; without a command it serves the driver',
    )
    .usage('[serve] [flags] | COMMAND [options]')
    .version(`${providerName} ${version}`, '--version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand('help [command]', 'print the help of a command')
    .showSuggestionAfterError(true)
    .exitOverride()
    .addHelpText('after', '\nExit codes: 0 done, 1 failed, 2 usage error.')
  // What a stranger's file or argument made commander say must not reach the terminal as it is.
  program.configureOutput({
    writeOut: (text) => context.screen.print(text.trimEnd()),
    writeErr: (text) => context.screen.note(text.trimEnd()),
    getOutHelpWidth: () => helpWidth(context.screen),
    getErrHelpWidth: () => helpWidth(context.screen),
    getOutHasColors: () => false,
    getErrHasColors: () => false,
  })
  for (const register of commands) register(program, context)
  for (const each of [program, ...program.commands])
    each.configureHelp({ boxWrap: wrapParagraphs, minWidthToWrap: 20 })
  return program
}

/** Longer lines are hard to read, however wide the terminal is. */
function helpWidth({ columns = 110 }: ShellContext['screen']): number {
  return Math.min(columns, 110)
}

/** Lines broken by hand are joined and broken anew; those that begin with a space stand as they are. */
function wrapParagraphs(text: string, width: number): string {
  const paragraphs: string[] = []
  let isOpen = false
  for (const line of text.split('\n')) {
    const isText = /^\S/.test(line)
    if (isOpen && isText && !/^[A-Za-z ]{2,12}: /.test(line)) paragraphs.push(`${paragraphs.pop()} ${line}`)
    else paragraphs.push(line)
    // Each sentence on exit codes and regions begins a line of its own.
    isOpen = isText
  }
  return paragraphs.flatMap((each) => (/^\S/.test(each) ? wrap(each, width) : [each])).join('\n')
}

/** `validate … | head`: the reader has gone, and what it did not want goes nowhere. */
function endQuietlyWithReader(): void {
  for (const stream of [process.stdout, process.stderr]) {
    if (stream.listenerCount('error') > 0) continue
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE' && error.code !== 'ERR_STREAM_DESTROYED') throw error
    })
  }
}
