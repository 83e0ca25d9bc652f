import { table, wrap } from '../layout.ts'
import type { Screen } from '../screen.ts'
import type { ExplainedClass } from './explain-class.ts'

/** Prints what a mount of a class would read, a line each, and the files that it would write. */
export function showClass(
  { name, reads, files, owners, moreFiles, assumedRole }: ExplainedClass,
  screen: Screen,
): void {
  screen.print(`${name || 'the SecretProviderClass'}:`)
  if (assumedRole !== undefined) screen.print(`reads as ${assumedRole.roleArn}`)
  const rows = reads.map(({ region, action, resource }) => [region, action, resource])
  screen.write(`${table(['REGION', 'ACTION', 'RESOURCE'], rows, screen.columns)}\n`)
  const known = files.map((path) => (Object.hasOwn(owners, path) ? `${path} (of ${owners[path]})` : path))
  const lines = [
    ...(known.length > 0 ? [`files: ${known.join(', ')}`] : []),
    ...moreFiles.map((which) => `${known.length > 0 ? 'and' : 'files:'} one for each ${which}`),
  ]
  for (const line of lines) {
    const [first = '', ...more] = wrap(line, (screen.columns ?? Number.POSITIVE_INFINITY) - 2)
    screen.print([first, ...more.map((rest) => `  ${rest}`)].join('\n'))
  }
  screen.print('')
}
