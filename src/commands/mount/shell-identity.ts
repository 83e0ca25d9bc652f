import { readFileSync } from 'node:fs'
import { eventMessage } from '../../aws/failures/redact-message.ts'
import { partitionOf } from '../../aws/partition.ts'
import type { CallCredentials } from '../../aws/signing/call-credentials.ts'
import { fault } from '../../errors/provider-error.ts'
import type { WebIdentity } from '../../identity/identity.ts'
import { Sensitive } from '../../process/sensitive.ts'
import type { RoleToAssume } from '../../request/mount-request.ts'
import { isRegionName } from '../../request/region-name.ts'
import { isRoleArn } from '../../request/role-arn.ts'
import { isToken, tokenClaims } from '../../request/token.ts'
import type { Environment } from '../../settings/serve-settings.ts'
import { loadShellCredentials } from './load-shell-credentials.ts'
import type { AwsRequestHandler } from './request-handler.ts'

/** As whom a person at the shell reads, or assumes the role that a class names. */
export type ShellIdentity =
  | { readonly kind: 'chain'; readonly name: string; readonly credentials: CallCredentials }
  | { readonly kind: 'webIdentity'; readonly name: string; readonly webIdentity: WebIdentity }

/** What one class makes of it. */
export interface ClassIdentity {
  readonly shell: ShellIdentity
  readonly role: RoleToAssume | undefined
}

/** What the options of a command say of identity and region. */
export interface IdentityOptions {
  readonly profile?: string
  readonly region?: string
  readonly roleArn?: string
  readonly webIdentityTokenFile?: string
}

/**
 * Checks the options that say as whom to read.
 * @throws {ProviderError} OPTIONS_DISAGREE and SETTING_INVALID for options that cannot be used.
 */
export function checkIdentityOptions({
  profile,
  region,
  roleArn,
  webIdentityTokenFile,
}: IdentityOptions): void {
  if ((roleArn === undefined) !== (webIdentityTokenFile === undefined)) {
    throw fault('OPTIONS_DISAGREE', {
      reason: '--role-arn and --web-identity-token-file go together: use both or none',
    })
  }
  if (profile !== undefined && roleArn !== undefined) {
    throw fault('OPTIONS_DISAGREE', {
      reason: '--profile and --role-arn exclude each other: use one of them',
    })
  }
  if (roleArn !== undefined && !isRoleArn(roleArn)) {
    const expected = 'the ARN of a role: arn:aws:iam::ACCOUNT:role/NAME'
    throw fault('SETTING_INVALID', { setting: '--role-arn', received: roleArn, expected })
  }
  if (region !== undefined) checkRegion('--region', region)
}

/**
 * Checks that there is such a profile.
 * @throws {ProviderError} PROFILE_UNKNOWN for a --profile that no configuration file has: the chain would go on without
 *   it.
 */
export async function checkProfile({ profile }: IdentityOptions): Promise<void> {
  if (profile === undefined) return
  const { profileNames } = await loadShellCredentials()
  const known = await profileNames()
  if (!known.includes(profile)) throw fault('PROFILE_UNKNOWN', { profile, known })
}

/**
 * The region where no SecretProviderClass names one: option, environment, profile.
 * @throws {ProviderError} SHELL_REGION_MISSING.
 */
export async function findShellRegion(
  { region, profile }: IdentityOptions,
  environment: Environment,
): Promise<string> {
  if (region !== undefined) return region
  for (const variable of ['AWS_REGION', 'AWS_DEFAULT_REGION']) {
    const value = environment[variable]
    if (value) return checkRegion(variable, value)
  }
  const { profileRegion } = await loadShellCredentials()
  const found = await profileRegion(profile)
  if (found === undefined || found === '') throw fault('SHELL_REGION_MISSING', {})
  return checkRegion('the region of the AWS profile', found)
}

/**
 * The identity of the person at the shell. The chain is asked once, here: what it says when it has nothing is for
 * people, and the SDK would hide it behind a failed call.
 *
 * @throws {ProviderError} SHELL_CREDENTIALS_MISSING and INPUT_UNREADABLE.
 */
export async function findShellIdentity(
  { profile, roleArn, webIdentityTokenFile }: IdentityOptions,
  region: string,
  requestHandler: AwsRequestHandler,
): Promise<ShellIdentity> {
  if (roleArn !== undefined && webIdentityTokenFile !== undefined) {
    const token = readToken(webIdentityTokenFile)
    const webIdentity = {
      kind: 'irsa' as const,
      roleArn,
      token,
      partition: partitionOf(region),
      ...accountOf(token),
    }
    return { kind: 'webIdentity', name: `role ${roleArn}`, webIdentity }
  }
  const { shellCredentials } = await loadShellCredentials()
  const provide = shellCredentials({ region, requestHandler, ...(profile === undefined ? {} : { profile }) })
  try {
    const { accessKeyId, secretAccessKey, sessionToken } = await provide()
    const name = profile === undefined ? 'the AWS credentials of this shell' : `the AWS profile ${profile}`
    const credentials = {
      accessKeyId,
      secretAccessKey: new Sensitive(secretAccessKey),
      sessionToken: sessionToken === undefined ? undefined : new Sensitive(sessionToken),
    }
    return { kind: 'chain', name, credentials }
  } catch (error) {
    throw fault('SHELL_CREDENTIALS_MISSING', { reason: reasonOf(error) })
  }
}

function checkRegion(setting: string, region: string): string {
  if (isRegionName(region)) return region
  throw fault('SETTING_INVALID', { setting, received: region, expected: 'an AWS region such as us-east-1' })
}

function readToken(file: string): Sensitive<string> {
  let text: string
  try {
    text = readFileSync(file, 'utf8').trim()
  } catch (cause) {
    const reason = (cause as NodeJS.ErrnoException).code ?? 'it cannot be opened'
    throw fault('INPUT_UNREADABLE', { file, reason }, { cause })
  }
  if (!isToken(text)) throw fault('INPUT_UNREADABLE', { file, reason: 'it does not hold a token' })
  return new Sensitive(text)
}

/** Whose token it is, for the session's name and for sentences; STS looks at the token itself. */
function accountOf(token: Sensitive<string>): {
  readonly namespace: string
  readonly serviceAccount: string
} {
  const { sub } = tokenClaims(token)
  const [, namespace, serviceAccount] =
    /^system:serviceaccount:([\w.-]+):([\w.-]+)$/.exec(typeof sub === 'string' ? sub : '') ?? []
  if (namespace !== undefined && serviceAccount !== undefined) return { namespace, serviceAccount }
  // No token of Kubernetes: STS will say so in its own words.
  return { namespace: 'shell', serviceAccount: 'shell' }
}

/** The chain's own errors are written for people; others could quote what a credential process printed. */
function reasonOf(error: unknown): string {
  const named = error instanceof Error ? error : new Error('unknown')
  const isForPeople = named.name === 'CredentialsProviderError' || named.name === 'TokenProviderError'
  return isForPeople
    ? eventMessage(named.message)
        .replace(/[.;]\s*$/, '')
        .slice(0, 300)
    : `the chain failed (${named.name})`
}
