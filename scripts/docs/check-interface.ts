import { linesOf, readMarkdown } from './read-markdown.ts'

/** What a section of a page must name in its code. */
export interface NamedSection {
  readonly page: string
  readonly heading: string
  readonly names: readonly string[]
}

/** A command of the shell and its options, each with its dashes. */
export interface DocumentedCommand {
  readonly name: string
  readonly options: readonly string[]
  /** The page whose tables have its options. */
  readonly page: string
  /** Absent where the whole page is about it. */
  readonly heading?: string
}

type Pages = ReadonlyMap<string, string>

/** Names that a section should have and does not, and sections that are not there. */
export function missingNames(pages: Pages, sections: readonly NamedSection[]): readonly string[] {
  return sections.flatMap(({ page, heading, names }) => {
    const section = sectionOf(pages.get(page) ?? '', heading)
    if (section === undefined) return [`${page}: there is no section "${heading}"`]
    const codes = codesOf(section.text)
    return names
      .filter((name) => !codes.some((code) => has(code, name)))
      .map((name) => `${page}: section "${heading}" does not name \`${name}\``)
  })
}

/**
 * Options that the page of a command does not name, and those that a page gives a command which has none of that name:
 * in the table of options, and where the command is called. `shared` are named for several commands together, at the
 * beginning of a page.
 */
export function optionProblems(
  pages: Pages,
  commands: readonly DocumentedCommand[],
  shared: string,
): readonly string[] {
  return [
    ...commands.flatMap((command) => tableProblems(pages, command, shared)),
    ...[...pages].flatMap(([page, text]) => callProblems(page, text, commands)),
  ]
}

function tableProblems(
  pages: Pages,
  { name, options, page, heading }: DocumentedCommand,
  shared: string,
): readonly string[] {
  const text = pages.get(page) ?? ''
  const section = heading === undefined ? { text, line: 1 } : sectionOf(text, heading)
  if (section === undefined) return [`${page}: there is no section "${heading}"`]
  const introduction = (pages.get(shared) ?? '').split(/^## /m, 1)[0] ?? ''
  const codes = [...codesOf(section.text), ...codesOf(introduction)]
  const unnamed = options
    .filter((option) => !codes.some((code) => has(code, option)))
    .map((option) => `${page}: option ${option} of ${name} is not named`)
  const foreign = section.text.split('\n').flatMap((line, index) => {
    const option = /^\| `(--[a-z][a-z-]*)/.exec(line)?.[1]
    if (option === undefined || options.includes(option)) return []
    return [`${page}:${section.line + index}: ${name} has no option ${option}`]
  })
  return [...unnamed, ...foreign]
}

/** `… mount shop.yaml --dry-run` in a block for a shell, which a backslash carries on. */
function callProblems(page: string, text: string, commands: readonly DocumentedCommand[]): readonly string[] {
  const problems: string[] = []
  let begun: { readonly line: number; readonly text: string } | undefined
  for (const { text: part, line } of readMarkdown(text).commands) {
    const whole = { line: begun?.line ?? line, text: `${begun?.text ?? ''} ${part.replace(/\\$/, '')}` }
    begun = part.endsWith('\\') ? whole : undefined
    if (begun !== undefined) continue
    const found = whole.text.split(/[|;&>]|\$\(/).flatMap((call) => foreignOptions(call, commands))
    problems.push(...found.map((problem) => `${page}:${whole.line}: ${problem}`))
  }
  return problems
}

function foreignOptions(call: string, commands: readonly DocumentedCommand[]): readonly string[] {
  const [, name, rest = ''] = /(?:provider-aws[\w-]*|IMAGE|src\/main\.ts) +([a-z]+)\b(.*)$/.exec(call) ?? []
  const command = commands.find((each) => each.name === name)
  if (command === undefined) return []
  return Array.from(rest.matchAll(/(?<=\s)--[a-z][a-z-]*/g), ([option]) => option)
    .filter((option) => !command.options.includes(option))
    .map((option) => `${command.name} has no option ${option}`)
}

/** The text below a heading, up to the next of its level or above, and the line that it begins in. */
function sectionOf(
  text: string,
  heading: string,
): { readonly text: string; readonly line: number } | undefined {
  const lines = [...linesOf(text)]
  const levelOf = ({ content, fence }: (typeof lines)[number]) =>
    fence === undefined ? (/^#+(?= )/.exec(content)?.[0].length ?? 0) : 0
  const start = lines.findIndex(
    (each) => levelOf(each) > 0 && each.content.replace(/^#+ +/, '').trim() === heading,
  )
  const [first] = lines.slice(start)
  if (start === -1 || first === undefined) return undefined
  const level = levelOf(first)
  const end = lines.findIndex((each, at) => at > start && levelOf(each) > 0 && levelOf(each) <= level)
  const last = lines[end]?.line ?? Number.POSITIVE_INFINITY
  return {
    text: text
      .split('\n')
      .slice(first.line, last - 1)
      .join('\n'),
    line: first.line + 1,
  }
}

function codesOf(text: string): readonly string[] {
  return readMarkdown(text).codes.map((code) => code.text)
}

/** As a word of its own: `--region` is not in `--region-label`. */
function has(code: string, name: string): boolean {
  return code.split(/[^\w-]+/).includes(name)
}
