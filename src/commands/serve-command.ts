import { serveFlags, serveHelp } from '../settings/serve-flags.ts'
import type { Register } from './screen.ts'

/** `help serve`, and a place in the list of commands: main.ts runs `serve` itself, without loading any of this. */
export const registerServe: Register = (program, { screen }) => {
  const serve = program.command('serve').description('serve the driver until SIGTERM; the default command')
  for (const { name, value, help } of serveFlags)
    if (name.length > 1) serve.option(`--${name} <${value}>`, help)
  serve.helpInformation = () => serveHelp(screen.columns)
}
