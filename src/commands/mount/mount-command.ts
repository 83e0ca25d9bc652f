import { statSync } from 'node:fs'
import { resolve } from 'node:path'
import { createConnections } from '../../aws/connections.ts'
import { pickTargets } from '../../class-file/pick-targets.ts'
import { readClassFile, readInput } from '../../class-file/read-class-file.ts'
import { fault, faultsOf, ProviderError } from '../../errors/provider-error.ts'
import { readAwsSettings } from '../../settings/serve-settings.ts'
import { docsOption, noteDocs } from '../docs-address.ts'
import type { Register, ShellContext } from '../screen.ts'
import { checkFile } from '../validate/check-file.ts'
import { type MountOutcome, mountClass } from './mount-class.ts'
import { refuseFile, reportFindings, reportOutcome, toJson } from './mount-report.ts'
import { createRequestHandler } from './request-handler.ts'
import {
  checkIdentityOptions,
  checkProfile,
  findShellIdentity,
  findShellRegion,
  type IdentityOptions,
} from './shell-identity.ts'
import { runSocketMount, type SocketMountOptions } from './socket-mount.ts'
import { targetFindings } from './target-findings.ts'

/** Options of `mount` as written. */
export interface MountOptions extends IdentityOptions, Partial<SocketMountOptions> {
  readonly out?: string
  readonly dryRun?: boolean
  readonly docsUrl: string
}

const description = `write the files of a SecretProviderClass as a pod would see them

Reads FILE ("-" is standard input; other kinds in it are skipped), asks AWS with the credentials of this
shell, and writes the files into DIR as the provider does into a pod's volume: symlinks into a hidden
directory, replaced all at once. Other files in DIR stay. Several classes go to DIR/NAME each.

With --socket it calls the provider that serves there as the driver would for the pod of --pod, and shows what it
answers, how fast, and what it wrote into DIR. Nothing of this shell's AWS is used then.

Region: the class's own, else --region, AWS_REGION, AWS_DEFAULT_REGION, that of the profile.
Exit codes: 0 done, 1 a mount failed, 2 usage error, 130 interrupted.`

/** `mount FILE --out DIR`. */
export const registerMount: Register = (program, context) => {
  program
    .command('mount')
    .summary('write the files of a SecretProviderClass as a pod would see them')
    .description(description)
    .argument('<file>', 'YAML or JSON file with SecretProviderClasses; "-" reads standard input')
    .option('--out <dir>', 'directory for the files, created with mode 0700 if missing')
    .option('--name <name>', 'only the class with this NAME or NAMESPACE/NAME')
    .option(
      '--dry-run',
      'read everything but write nothing; show names, modes, versions, sizes and sources, never values',
    )
    .option('--json', 'print the result as JSON')
    .option('--region <region>', 'region for a class that names none')
    .option('--profile <profile>', 'profile of the AWS configuration files')
    .option('--role-arn <arn>', 'role to read as, with a service account token')
    .option('--web-identity-token-file <file>', 'the token for --role-arn')
    .option('--socket <path>', 'ask the provider at this socket, as the driver would')
    .option('--pod <namespace/name>', 'with --socket: the pod to ask for')
    .option(
      '--token-file <file>',
      'with --socket: a token of the service account of the pod; "-" reads standard input',
    )
    .option('--service-account <name>', 'with --socket: its service account (default: that of the token)')
    .addOption(docsOption())
    .action(async (file: string, options: MountOptions) =>
      context.finish(await runMount(file, options, context)),
    )
}

async function runMount(file: string, options: MountOptions, context: ShellContext): Promise<number> {
  checkSocketOptions(options)
  checkIdentityOptions(options)
  await checkProfile(options)
  const directory = outputDirectory(options)
  const { socket, pod } = options
  if (socket !== undefined && pod !== undefined && directory !== undefined)
    return runSocketMount(file, { ...options, socket, pod }, directory, context)
  const { environment, screen } = context
  const input = await readInput(file)
  const texts = new Map([[input.file, input.text]])
  const classFile = readClassFile(input)
  if (classFile.faults.length > 0) {
    refuseFile(
      checkFile(classFile, options.region === undefined ? {} : { region: options.region }),
      texts,
      options,
      screen,
    )
    return 1
  }
  const targets = pickTargets(classFile, options.name, directory)
  const aws = readAwsSettings(environment)
  const connections = createConnections(aws)
  const dryRun = options.dryRun === true
  const outcomes: MountOutcome[] = []
  const abort = new AbortController()
  const interrupt = () => abort.abort(fault('INTERRUPTED', {}))
  // Once only: whoever presses Ctrl-C again does not want to wait.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, interrupt)
  try {
    for (const target of targets) {
      if (abort.signal.aborted) break
      const region = await knownRegion(options, environment)
      const findings = targetFindings(target, region)
      const isWrong = findings.some(({ severity }) => severity === 'error')
      const several = targets.length > 1
      reportFindings({ target, findings }, several, texts, screen)
      const outcome = isWrong
        ? { target }
        : await mountClass(target, {
            aws,
            connections,
            dryRun,
            signal: abort.signal,
            screen,
            findRegion: () => findShellRegion(options, environment),
            identify: (region) =>
              findShellIdentity(options, region, createRequestHandler(connections.transport)),
          })
      outcomes.push({ ...outcome, findings })
      reportOutcome({ ...outcome, findings }, { dryRun, json: options.json === true, several }, screen)
    }
  } finally {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.removeListener(signal, interrupt)
  }
  if (options.json === true) screen.write(`${JSON.stringify(toJson(outcomes, dryRun), null, 2)}\n`)
  if (abort.signal.aborted) return 130
  const codes = outcomes.flatMap(({ error, findings = [] }) => [
    ...findings.map(({ code }) => code),
    ...(error === undefined ? [] : faultsOf(error).map(({ code }) => code)),
  ])
  noteDocs(screen, options.docsUrl, codes)
  const isFailed = ({ error, findings = [] }: MountOutcome) =>
    error !== undefined || findings.some(({ severity }) => severity === 'error')
  return outcomes.some(isFailed) ? 1 : 0
}

/**
 * Checks that the options go together.
 * @throws {ProviderError} OPTIONS_DISAGREE.
 */
function checkSocketOptions(options: MountOptions): void {
  const { socket, out, pod } = options
  const bySocket = ['pod', 'tokenFile', 'serviceAccount'] as const
  const byShell = ['dryRun', 'region', 'profile', 'roleArn', 'webIdentityTokenFile'] as const
  const given = (socket === undefined ? bySocket : byShell).find((name) => options[name] !== undefined)
  const flag = `--${given?.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`
  if (given !== undefined) {
    const reason =
      socket === undefined
        ? `${flag} goes with --socket: name the provider that is to be asked`
        : `${flag} does not go with --socket: the provider reads as the pod, with settings of its own`
    throw fault('OPTIONS_DISAGREE', { reason })
  }
  if (socket !== undefined && (out === undefined || pod === undefined)) {
    const reason =
      '--socket needs --out DIR and --pod NAMESPACE/NAME: where the files go, and for whom to ask'
    throw fault('OPTIONS_DISAGREE', { reason })
  }
}

/** Where nothing gives a region the mount itself says so, once the class is known to be right otherwise. */
async function knownRegion(
  options: IdentityOptions,
  environment: ShellContext['environment'],
): Promise<{ region?: string }> {
  try {
    return { region: await findShellRegion(options, environment) }
  } catch (error) {
    if (error instanceof ProviderError && error.code === 'SHELL_REGION_MISSING') return {}
    throw error
  }
}

/**
 * Where the files go: undefined for a dry run.
 * @throws {ProviderError} OPTIONS_DISAGREE, and what is wrong with the directory.
 */
function outputDirectory({ out, dryRun }: MountOptions): string | undefined {
  if (out === undefined && dryRun !== true) {
    throw fault('OPTIONS_DISAGREE', {
      reason: '--out DIR is needed, unless --dry-run: name the directory for the files',
    })
  }
  const directory = out === undefined ? undefined : resolve(out)
  const found = directory === undefined ? undefined : statSync(directory, { throwIfNoEntry: false })
  if (out !== undefined && found !== undefined && !found.isDirectory()) {
    throw fault('OUTPUT_NOT_DIRECTORY', { path: out, reason: 'it is a file' })
  }
  return directory
}
