import { pickTargets } from '../../class-file/pick-targets.ts'
import { readClassFile, readInput } from '../../class-file/read-class-file.ts'
import { fault } from '../../errors/provider-error.ts'
import { Sensitive } from '../../process/sensitive.ts'
import { tokenClaims } from '../../request/token.ts'
import { connectDriver } from '../../rpc/driver-client.ts'
import { table } from '../layout.ts'
import { readPodOption, readTokenFile } from '../pod-options.ts'
import type { Screen, ShellContext } from '../screen.ts'
import { checkFile } from '../validate/check-file.ts'
import { mountBySocket, type SocketCaller, type SocketOutcome } from './mount-by-socket.ts'
import { refuseFile } from './mount-report.ts'
import { targetFindings } from './target-findings.ts'

/** Options of `mount --socket` as written. */
export interface SocketMountOptions {
  readonly socket: string
  /** NAMESPACE/NAME */
  readonly pod: string
  readonly tokenFile?: string
  readonly serviceAccount?: string
  readonly name?: string
  readonly json?: boolean
  readonly docsUrl: string
}

const versionMs = 5_000

/** `mount FILE --socket PATH --pod NAMESPACE/NAME --out DIR`: what a provider answers the driver. Resolves with the exit code. */
export async function runSocketMount(
  file: string,
  options: SocketMountOptions,
  directory: string,
  { screen }: ShellContext,
): Promise<number> {
  const caller = await readCaller(options)
  const input = await readInput(file)
  const classFile = readClassFile(input)
  const texts = new Map([[input.file, input.text]])
  if (classFile.faults.length > 0) {
    refuseFile(checkFile(classFile, {}), texts, options, screen)
    return 2
  }
  const targets = pickTargets(classFile, options.name, directory)
  const unnamed = targets.filter(({ nameFault }) => nameFault !== undefined)
  if (unnamed.length > 0) {
    const findings = unnamed.flatMap((target) => targetFindings(target, {}))
    refuseFile(findings, texts, options, screen)
    return 2
  }
  const driver = connectDriver(options.socket)
  const abort = new AbortController()
  const interrupt = () => abort.abort(fault('INTERRUPTED', {}))
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, interrupt)
  try {
    const begun = performance.now()
    const { runtimeName, runtimeVersion } = await driver.version(versionMs).catch((error: unknown) => {
      const { details = 'no gRPC' } = error as { readonly details?: string }
      throw fault('PROVIDER_UNREACHABLE', { path: options.socket, reason: details })
    })
    const provider = { name: runtimeName, version: runtimeVersion, ms: rounded(performance.now() - begun) }
    screen.note(`${runtimeName} ${runtimeVersion} answered Version in ${provider.ms} ms`, 'dim')
    const outcomes: SocketOutcome[] = []
    for (const target of targets) {
      if (abort.signal.aborted) break
      const outcome = await mountBySocket(target, caller, driver, abort.signal)
      outcomes.push(outcome)
      if (options.json !== true) showOutcome(outcome, targets.length > 1, screen)
    }
    if (options.json === true) screen.write(`${JSON.stringify(toJson(provider, outcomes), null, 2)}\n`)
    if (abort.signal.aborted) return 130
    return outcomes.every(({ status, message }) => status === 'OK' && message === '') ? 0 : 1
  } finally {
    driver.close()
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.removeListener(signal, interrupt)
  }
}

/** The pod, as kubelet would describe it: what the token says of it, where there is one. */
async function readCaller({ pod, tokenFile, serviceAccount }: SocketMountOptions): Promise<SocketCaller> {
  const { namespace, name } = readPodOption(pod)
  if (tokenFile === undefined)
    return { pod: { namespace, name, uid: unknownUid, serviceAccount: serviceAccount ?? 'default' } }
  const token = await readTokenFile(tokenFile)
  const { aud, sub, exp, 'kubernetes.io': kubernetes } = tokenClaims(token)
  const [, tokenNamespace, account] = /^system:serviceaccount:([\w.-]+):([\w.-]+)$/.exec(`${sub}`) ?? []
  const audiences = [aud].flat().filter((each) => typeof each === 'string')
  if (account === undefined || audiences.length === 0)
    throw fault('INPUT_UNREADABLE', { file: tokenFile, reason: 'its token is not of a service account' })
  if (tokenNamespace !== namespace)
    throw fault('OPTIONS_DISAGREE', {
      reason: `the token of --token-file is of namespace ${tokenNamespace}, and --pod is in ${namespace}: make one of the pod's service account`,
    })
  const { pod: bound } = (kubernetes ?? {}) as { readonly pod?: { readonly uid?: unknown } }
  const uid = typeof bound?.uid === 'string' ? bound.uid : unknownUid
  const expirationTimestamp = new Date(typeof exp === 'number' ? exp * 1000 : 0).toISOString()
  const entry = { token: token.reveal(), expirationTimestamp }
  const tokens = JSON.stringify(Object.fromEntries(audiences.map((audience) => [audience, entry])))
  return {
    pod: { namespace, name, uid, serviceAccount: serviceAccount ?? account },
    tokens: new Sensitive(tokens),
  }
}

/** Of the form that Kubernetes has, and of no pod. */
const unknownUid = '00000000-0000-0000-0000-000000000000'

function showOutcome(outcome: SocketOutcome, isOneOfSeveral: boolean, screen: Screen): void {
  const { target, directory, status, message, ms, files, writtenBy } = outcome
  const name = isOneOfSeveral ? `${target.document.name}: ` : ''
  const answered = `${name}answered ${status} in ${rounded(ms)} ms`
  if (status !== 'OK' || message !== '') {
    screen.note(`${answered}: ${message}`, 'red')
    return
  }
  if (isOneOfSeveral) screen.print(`${target.document.name}:`)
  const rows = files.map(({ path, mode, version, bytes }) => [
    path,
    mode === undefined ? 'not there' : mode.toString(8).padStart(4, '0'),
    version,
    bytes ?? '',
  ])
  screen.write(`${table(['FILE', 'MODE', 'VERSION', 'BYTES'], rows, screen.columns)}\n`)
  const who =
    writtenBy === 'provider' ? 'the provider wrote' : 'the files came in the answer, for the driver to write:'
  screen.note(`${answered}; ${who} into ${directory}`, 'dim')
}

function toJson(provider: object, outcomes: readonly SocketOutcome[]): object {
  return {
    provider,
    classes: outcomes.map(({ target, directory, status, message, ms, files, writtenBy }) => ({
      name: target.document.name,
      directory,
      status,
      ...(message === '' ? {} : { message }),
      ms: rounded(ms),
      writtenBy,
      files: files.map(({ mode, ...rest }) => ({
        ...rest,
        ...(mode === undefined ? {} : { mode: mode.toString(8).padStart(4, '0') }),
      })),
    })),
  }
}

function rounded(ms: number): number {
  return Math.round(ms)
}
