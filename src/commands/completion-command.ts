import { Argument, type Command } from 'commander'
import {
  type CommandWords,
  type CompletionShell,
  completionScript,
  completionShells,
} from './completion-scripts.ts'
import type { Register } from './screen.ts'

/** `completion bash|zsh|fish`: the script, made from the program as it is. */
export const registerCompletion: Register = (program, { screen }) => {
  program
    .command('completion')
    .summary('print a completion script')
    .description(
      `print a completion script

bash: source <(${program.name()} completion bash)
zsh:  ${program.name()} completion zsh > "\${fpath[1]}/_${program.name()}"
fish: ${program.name()} completion fish > ~/.config/fish/completions/${program.name()}.fish`,
    )
    .addArgument(new Argument('<shell>', 'which shell').choices([...completionShells]))
    .action((shell: CompletionShell) =>
      screen.write(completionScript(shell, program.name(), wordsOf(program))),
    )
}

function wordsOf(program: Command): readonly CommandWords[] {
  const commands = program.commands.map((command) => ({
    name: command.name(),
    summary: command.summary() || (command.description().split('\n')[0] ?? ''),
    options: command.options.map(({ long, description, required, optional }) => ({
      flag: long ?? '',
      description,
      takesValue: required || optional,
    })),
    choices: command.registeredArguments.flatMap(({ argChoices }) => argChoices ?? []),
    takesFiles: command.registeredArguments.some(({ argChoices }) => argChoices === undefined),
  }))
  const choices = commands.map(({ name }) => name)
  return [
    ...commands,
    { name: 'help', summary: 'print the help of a command', options: [], choices, takesFiles: false },
  ]
}
