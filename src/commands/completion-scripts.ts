/** Shells that completion can be had for. */
export const completionShells = ['bash', 'zsh', 'fish'] as const

/** One of them. */
export type CompletionShell = (typeof completionShells)[number]

/** What can be completed after a command. */
export interface CommandWords {
  readonly name: string
  readonly summary: string
  readonly options: readonly {
    readonly flag: string
    readonly description: string
    readonly takesValue: boolean
  }[]
  /** Words its argument can be. */
  readonly choices: readonly string[]
  readonly takesFiles: boolean
}

/** The completion script of a program for a shell; all names and descriptions are our own. */
export function completionScript(
  shell: CompletionShell,
  program: string,
  commands: readonly CommandWords[],
): string {
  const scripts = { bash: bashScript, zsh: zshScript, fish: fishScript }
  return scripts[shell](program, commands)
}

function bashScript(program: string, commands: readonly CommandWords[]): string {
  const name = `_${program.replaceAll('-', '_')}`
  const cases = commands.map((command) => {
    const words = [...command.options.map(({ flag }) => flag), '--help', ...command.choices].join(' ')
    const files = command.takesFiles ? ' files=1' : ''
    const values = command.options.filter(({ takesValue }) => takesValue).map(({ flag }) => flag)
    return `    ${command.name}) words='${words}' values=' ${values.join(' ')} '${files} ;;`
  })
  return `# bash completion of ${program}
${name}() {
  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD - 1]}
  local words='${commands.map((command) => command.name).join(' ')} --help --version' values=' ' files=
  case "\${COMP_WORDS[1]}" in
${cases.join('\n')}
  esac
  (( COMP_CWORD == 1 )) && words='${commands.map((command) => command.name).join(' ')} --help --version' values=' ' files=
  COMPREPLY=()
  if [[ $values == *" $previous "* ]] || [[ $files && $current != -* ]]; then
    compopt -o default 2>/dev/null
    return
  fi
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -F ${name} ${program}
`
}

function zshScript(program: string, commands: readonly CommandWords[]): string {
  const name = `_${program.replaceAll('-', '_')}`
  const summaries = commands.map((command) => `    ${zshQuote(`${command.name}:${command.summary}`)}`)
  const cases = commands.map((command) => {
    const options = command.options.map(({ flag, description, takesValue }) => {
      const text = description.replace(/[[\]:\\]/g, '\\$&')
      return zshQuote(`${flag}[${text}]${takesValue ? ':value:_files' : ''}`)
    })
    const choices = command.choices.length > 0 ? [zshQuote(`1:word:(${command.choices.join(' ')})`)] : []
    const files = command.takesFiles ? [zshQuote('*:file:_files')] : []
    const all = [...options, zshQuote('--help[print the help]'), ...choices, ...files]
    return `    ${command.name}) _arguments ${all.join(' ')} ;;`
  })
  return `#compdef ${program}
# zsh completion of ${program}
${name}() {
  local -a commands
  commands=(
${summaries.join('\n')}
  )
  if (( CURRENT == 2 )); then
    _describe command commands
    return
  fi
  shift words
  (( CURRENT-- ))
  case $words[1] in
${cases.join('\n')}
  esac
}
${name} "$@"
`
}

function fishScript(program: string, commands: readonly CommandWords[]): string {
  const lines = [`# fish completion of ${program}`, `complete -c ${program} -f`]
  for (const { name, summary, options, choices, takesFiles } of commands) {
    lines.push(`complete -c ${program} -n __fish_use_subcommand -a ${name} -d ${fishQuote(summary)}`)
    const after = `complete -c ${program} -n ${fishQuote(`__fish_seen_subcommand_from ${name}`)}`
    if (takesFiles) lines.push(`${after} -F`)
    if (choices.length > 0) lines.push(`${after} -a ${fishQuote(choices.join(' '))}`)
    for (const { flag, description, takesValue } of options) {
      lines.push(
        `${after} -l ${flag.replace(/^--/, '')}${takesValue ? ' -r -F' : ''} -d ${fishQuote(description)}`,
      )
    }
  }
  return `${lines.join('\n')}\n`
}

function zshQuote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}

function fishQuote(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
}
