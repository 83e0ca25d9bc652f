import { fault } from '../errors/provider-error.ts'
import { type GoFlag, normalizeGoFlags } from '../go-syntax/flags.ts'
import { providerName } from '../process/version.ts'
import type { ServeFlagName, ServeFlags } from './serve-settings.ts'

interface ServeFlag extends GoFlag {
  readonly name: ServeFlagName
  readonly value: string
  readonly help: string
}

/** The flags of the daemon: the official provider's, then ours. */
export const serveFlags: readonly ServeFlag[] = [
  {
    name: 'provider-volume',
    value: 'DIR',
    help: 'folder of the socket aws.sock (default /var/run/secrets-store-csi-providers)',
  },
  {
    name: 'driver-writes-secrets',
    boolean: true,
    value: 'BOOL',
    help: 'let the driver write the files instead of the provider (default false)',
  },
  {
    name: 'qps',
    value: 'NUMBER',
    help: 'calls a second to the Kubernetes API; 0 or less = no limit (default 50)',
  },
  {
    name: 'burst',
    value: 'NUMBER',
    help: 'calls to the Kubernetes API that may exceed --qps in a burst (default 200)',
  },
  {
    name: 'eks-addon-version',
    value: 'VERSION',
    help: 'version to report in the user agent instead of ours',
  },
  {
    name: 'pod-identity-http-timeout',
    value: 'DURATION',
    help: 'time for one try at the Pod Identity agent, such as 2s or 500ms (default 2s)',
  },
  {
    name: 'max-response-bytes',
    value: 'BYTES',
    help: 'largest answer that the driver receives, its --max-call-recv-msg-size (default 4194304)',
  },
  {
    name: 'max-volume-bytes',
    value: 'BYTES',
    help: 'total size of the files of a volume (default 8388608)',
  },
  {
    name: 'strict-extracts',
    boolean: true,
    value: 'BOOL',
    help: 'fail a mount whose to_string() in jmesPath was given nothing, instead of warning (default false)',
  },
  {
    name: 'allow-file-owner',
    boolean: true,
    value: 'BOOL',
    help: 'let classes give files to other users and groups (fileOwner, fileGroup); needs the capability CHOWN (default false)',
  },
  {
    name: 'health-port',
    value: 'PORT',
    help: 'port of /livez, /readyz and /metrics; 0 = none (default 8989)',
  },
  { name: 'log-level', value: 'LEVEL', help: 'trace, debug, info, warn or error (default info)' },
  { name: 'log-format', value: 'FORMAT', help: 'json or text (default json)' },
  { name: 'v', value: 'N', help: 'verbosity as in klog: 4 and more = debug, 6 and more = trace' },
  {
    name: 'service-account-directory',
    value: 'DIR',
    help: 'folder of token and ca.crt for the Kubernetes API (default /var/run/secrets/kubernetes.io/serviceaccount)',
  },
  {
    name: 'kubeconfig',
    value: 'FILE',
    help: 'kubeconfig in place of a service account, to run outside of a pod: server, CA, token or client certificate',
  },
]

/**
 * Reads the daemon's command line.
 * @throws {ProviderError} FLAG_… errors.
 */
export function parseServeFlags(argv: readonly string[]): ServeFlags | 'help' {
  const flags: Partial<Record<ServeFlagName, string>> = {}
  for (const word of normalizeGoFlags(argv, serveFlags)) {
    if (word === '--help') return 'help'
    const flag = serveFlags.find(({ name }) => word.startsWith(`--${name}=`))
    if (flag === undefined) throw fault('ARGUMENT_UNEXPECTED', { received: word })
    flags[flag.name] = word.slice(flag.name.length + 3)
  }
  return flags
}

/** The text of `serve --help`, for a terminal of so many columns. */
export function serveHelp(columns = 110): string {
  const rows = serveFlags.map(({ name, value, boolean, help }) => {
    const usage = `  --${name}${boolean === true ? '[=' : ' '}${value}${boolean === true ? ']' : ''}`
    const most = Math.min(columns, 110)
    // Where two columns are too narrow, the help goes below its flag.
    if (most < 100) return `${usage}\n${wrapAt(help.split(' '), 6, most)}`
    return `${usage.padEnd(39)}${wrapAt(help.split(' '), 39, most).trimStart()}`
  })
  return `Usage: ${providerName} [serve] [flags]

Serves the Secrets Store CSI driver on DIR/aws.sock until SIGTERM.

${rows.join('\n')}

Flags may be written with one dash or two.
See also: ${providerName} help
`
}

function wrapAt(words: readonly string[], indent: number, columns: number): string {
  const lines: string[] = []
  let line = ''
  for (const word of words) {
    if (line !== '' && indent + line.length + 1 + word.length > columns) {
      lines.push(line)
      line = word
    } else line = line === '' ? word : `${line} ${word}`
  }
  return [...lines, line].map((each) => `${' '.repeat(indent)}${each}`).join('\n')
}
