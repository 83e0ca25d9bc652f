import { fault } from '../errors/provider-error.ts'

/** A flag as Go's flag package knows it. */
export interface GoFlag {
  readonly name: string
  /** Booleans take a value by `=` only: the next word is never theirs. */
  readonly boolean?: boolean
}

/**
 * Turns flags in Go's spelling (`-flag`, `--flag`, `=value` or the next word, `-v=2`) into `--flag=value`, the one
 * spelling that every parser reads alike. Words that are not flags, and all after `--`, stay.
 *
 * Source: Go's package flag.
 *
 * @throws {ProviderError} FLAG_UNKNOWN and FLAG_VALUE_MISSING.
 */
export function normalizeGoFlags(argv: readonly string[], flags: readonly GoFlag[]): readonly string[] {
  const known = new Map(flags.map((flag) => [flag.name, flag]))
  const normal: string[] = []
  for (let position = 0; position < argv.length; position += 1) {
    const word = argv[position] ?? ''
    const match = /^--?([^-=][^=]*)(?:=(.*))?$/s.exec(word)
    if (match === null) {
      if (word === '--') return [...normal, ...argv.slice(position)]
      normal.push(word)
      continue
    }
    const [, name = '', attached] = match
    if (name === 'h' || name === 'help') {
      normal.push('--help')
      continue
    }
    const flag = known.get(name)
    if (flag === undefined) throw fault('FLAG_UNKNOWN', { flag: name, known: [...known.keys()] })
    if (attached !== undefined) normal.push(`--${name}=${attached}`)
    else if (flag.boolean === true) normal.push(`--${name}=true`)
    else {
      position += 1
      const value = argv[position]
      if (value === undefined) throw fault('FLAG_VALUE_MISSING', { flag: name })
      normal.push(`--${name}=${value}`)
    }
  }
  return normal
}
