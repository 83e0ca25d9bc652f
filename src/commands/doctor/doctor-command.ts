import type { DoctorOptions } from '../../doctor/context.ts'
import { createContext } from '../../doctor/create-context.ts'
import { DoctorTimeout } from '../../doctor/row.ts'
import { runChecks } from '../../doctor/run-checks.ts'
import { fault } from '../../errors/provider-error.ts'
import { readFreeMemory } from '../../process/memory/memory-limit.ts'
import { providerName } from '../../process/version.ts'
import { docsOption, noteDocs } from '../docs-address.ts'
import { readPodOption, readTokenFile } from '../pod-options.ts'
import type { Register, ShellContext } from '../screen.ts'
import { createProgress } from './progress.ts'
import { rowsAsJson, showRows } from './report.ts'

/** The whole run; a little less than what people who wait for a terminal take for hanging. */
const runSeconds = 25

/** Options of `doctor` as written. */
export interface DoctorFlags {
  readonly providerVolume?: string
  readonly pod?: string
  readonly tokenFile?: string
  readonly serviceAccountDirectory?: string
  readonly kubeconfig?: string
  readonly podIdentityHttpTimeout?: string
  readonly json?: boolean
  readonly force?: boolean
  readonly docsUrl: string
}

/** What a run still takes beyond what it has at its start, with something to spare: measured 35 MiB in all. */
const neededMebibytes = 24

const description = `find what keeps secrets from pods, on a node or in the provider's pod

  kubectl exec -n kube-system POD -- \\
    ${providerName} doctor --pod NAMESPACE/NAME

Looks at the socket, the Kubernetes API and what the provider may do there, the CSIDriver object, the region, the
way to each AWS endpoint in use, the clock, and the Pod Identity agent. Changes nothing.

With --pod it also checks everything that a mount of this pod needs, step by step: service account, role, token, credentials, and
each object of each SecretProviderClass. For that the objects ARE READ as the pod (GetSecretValue, GetParameters: AWS
logs it); values are discarded at once and never shown. It needs a token of the pod's service account: one that you pass with --token-file, or one from Kubernetes, if the provider may create serviceaccounts/token.

Each row is ✓ (fine), ✗ (wrong, with what to do) or – (not checked, or up to you; the row says why).
Exit codes: 0 nothing is wrong, 1 something is, 2 usage error. Ends within 30 seconds.`

/** `doctor [--pod NAMESPACE/NAME]`. */
export const registerDoctor: Register = (program, context) => {
  program
    .command('doctor')
    .summary("find what keeps secrets from pods, on a node or in the provider's pod")
    .description(description)
    .option('--pod <namespace/name>', 'also check everything that this pod needs; reads its objects')
    .option('--token-file <file>', 'a token of the service account of --pod; "-" reads standard input')
    .option('--provider-volume <dir>', 'folder of the socket (default /var/run/secrets-store-csi-providers)')
    .option(
      '--pod-identity-http-timeout <duration>',
      'time for one try at the Pod Identity agent (default 2s)',
    )
    .option('--service-account-directory <dir>', 'folder of token and ca.crt for the Kubernetes API')
    .option('--kubeconfig <file>', 'kubeconfig for the Kubernetes API, to see the cluster from a node too')
    .option('--json', 'print the rows as JSON')
    .option('--force', 'run even if the memory limit of the pod leaves little room')
    .addOption(docsOption())
    .action(async (flags: DoctorFlags) => context.finish(await runDoctor(flags, context)))
}

async function runDoctor(flags: DoctorFlags, { environment, screen }: ShellContext): Promise<number> {
  const options = await readOptions(flags)
  if (flags.force !== true) checkMemoryRoom()
  const abort = new AbortController()
  const context = createContext(options, environment, abort.signal)
  for (const warning of context.settings.warnings) screen.note(`warning: ${warning}`, 'yellow')
  const timer = setTimeout(() => abort.abort(new DoctorTimeout(runSeconds)), runSeconds * 1000)
  const progress = createProgress(screen)
  try {
    const rows = await runChecks(context, progress.waitingFor)
    progress.end()
    if (flags.json === true) screen.write(rowsAsJson(rows))
    else {
      showRows(rows, screen)
      const codes = rows.flatMap(({ code }) => (code === undefined ? [] : [code]))
      noteDocs(screen, flags.docsUrl, codes)
    }
    return rows.some(({ state }) => state === 'failed') ? 1 : 0
  } finally {
    clearTimeout(timer)
    progress.end()
  }
}

/** Kubernetes kills all processes of a container when one takes too much: a look must not end the provider. */
function checkMemoryRoom(): void {
  const room = readFreeMemory()
  const mebibytes = Math.floor((room ?? Number.POSITIVE_INFINITY) / 2 ** 20)
  if (mebibytes < neededMebibytes)
    throw fault('MEMORY_ROOM_TOO_SMALL', { mebibytes, needed: neededMebibytes })
}

/**
 * Reads the options of the command.
 * @throws {ProviderError} SETTING_INVALID, OPTIONS_DISAGREE and INPUT_UNREADABLE.
 */
async function readOptions({
  pod,
  tokenFile,
  json: _,
  force: __,
  docsUrl: ___,
  ...rest
}: DoctorFlags): Promise<DoctorOptions> {
  if (tokenFile !== undefined && pod === undefined) {
    throw fault('OPTIONS_DISAGREE', {
      reason: '--token-file goes with --pod: name the pod whose token it is',
    })
  }
  return {
    ...rest,
    ...(pod === undefined ? {} : { pod: readPodOption(pod) }),
    ...(tokenFile === undefined ? {} : { token: await readTokenFile(tokenFile) }),
  }
}
