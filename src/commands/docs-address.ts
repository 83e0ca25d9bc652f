import { Option } from 'commander'
import { providerName } from '../process/version.ts'
import { wrap } from './layout.ts'
import type { Screen } from './screen.ts'

/** Where the repository has the page that explains each code; a mirror of the pages is named by --docs-url. */
const errorsPage = 'docs/errors.md'

/** The option of every command that shows codes. */
export function docsOption(): Option {
  return new Option('--docs-url <url>', 'address of the page that explains the codes').default(
    errorsPage,
    `${errorsPage} of the repository`,
  )
}

/** Ends what a command says with what explains its codes, none twice; of a single code, with its entry. */
export function noteDocs(screen: Screen, url: string, codes: readonly string[]): void {
  if (codes.length === 0) return
  screen.note(wrap(docsLine(url, codes), screen.columns ?? Number.POSITIVE_INFINITY).join('\n'), 'dim')
}

function docsLine(url: string, codes: readonly string[]): string {
  const [only, ...more] = new Set(codes)
  const [what, entry, word] =
    only === undefined || more.length > 0 ? ['each code', url, 'CODE'] : [only, entryAddress(url, only), only]
  const here = url === errorsPage ? `"${providerName} explain ${word}" and ` : ''
  return `${what} is explained ${here === '' ? 'at' : 'by'} ${here}${entry}`
}

/** The address of a code's entry. */
export function entryAddress(url: string, code: string): string {
  return `${url}#${code.toLowerCase()}`
}

/** The same, where only an address will do; undefined for pages without one. */
export function entryUrl(url: string, code: string): string | undefined {
  return URL.canParse(url) ? entryAddress(url, code) : undefined
}
