import { Option } from 'commander'

/** The page that explains each code; a fork or a mirror names its own by --docs-url. */
const errorsPage = 'https://github.com/aws/secrets-store-csi-driver-provider-aws/blob/main/docs/errors.md'

/** The option of every command that shows codes. */
export function docsOption(): Option {
  return new Option('--docs-url <url>', 'page that explains the codes, named at the end').default(
    errorsPage,
    'docs/errors.md of the repository',
  )
}

/** The line that leads from codes to their page; of a single code, to its entry. */
export function docsLine(url: string, codes: readonly string[]): string {
  const [only, ...more] = new Set(codes)
  return only === undefined || more.length > 0
    ? `each code is explained at ${url}`
    : `${only} is explained at ${entryAddress(url, only)}`
}

/** The address of a code's entry. */
export function entryAddress(url: string, code: string): string {
  return `${url}#${code.toLowerCase()}`
}
