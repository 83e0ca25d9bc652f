import { serveFlags, serveHelp } from './serve-flags.ts'
import type { Register } from './shell-context.ts'

/** `help serve`, and a place in the list of commands: main.ts runs `serve` itself, without loading any of this. */
export const registerServe: Register = (program) => {
  const serve = program
    .command('serve')
    .description('serve the driver until SIGTERM; what runs without a command')
  for (const { name, value, help } of serveFlags)
    if (name.length > 1) serve.option(`--${name} <${value}>`, help)
  serve.helpInformation = serveHelp
}
