import type { Answer } from './answer.ts'
import { awsQueryAnswer, escapeXml, Refusal } from './answer.ts'
import { fits } from './pattern.ts'
import { authorize, refuse } from './policy.ts'
import type { Caller, Sessions } from './sessions.ts'
import { readToken, workloadOf } from './web-identity-token.ts'
import type { Role, RoleTrust } from './world.ts'
import type { WorldIndex } from './world-index.ts'

export interface TokenServiceRequest {
  readonly form: URLSearchParams
  readonly region: string
  readonly index: WorldIndex
  readonly sessions: Sessions
  readonly tokenKey: string
  /** Milliseconds since 1970. */
  readonly now: number
  /** Who signed; only called for operations that are signed. @throws Refusal */
  readonly caller: () => Caller
}

/** Answers a call of AWS STS; @throws Refusal. */
export function answerTokenService(request: TokenServiceRequest): Answer {
  if (request.index.regions.get(request.region)?.stsDisabled) {
    throw new Refusal(
      'RegionDisabledException',
      `STS is not activated in this region for account:${request.index.account}. Your account administrator can activate STS in this region using the IAM Console.`,
      403,
    )
  }
  const operation = request.form.get('Action')
  switch (operation) {
    case 'AssumeRoleWithWebIdentity':
      return assumeRoleWithWebIdentity(request)
    case 'AssumeRole':
      return assumeRole(request)
    case 'GetCallerIdentity': {
      const { principal } = request.caller()
      const account = principal.split(':')[4] || request.index.account
      return awsQueryAnswer(
        operation,
        `<Arn>${escapeXml(principal)}</Arn><UserId>${escapeXml(principal.slice(principal.lastIndexOf('/') + 1))}</UserId><Account>${account}</Account>`,
      )
    }
    default:
      throw new Refusal('InvalidAction', `Could not find operation ${operation} for version 2011-06-15`)
  }
}

/** Codes of the JSON services that STS spells in its own way, all with status 403. */
export function asQueryCode(refusal: Refusal): Refusal {
  const code = {
    UnrecognizedClientException: 'InvalidClientTokenId',
    InvalidSignatureException: 'SignatureDoesNotMatch',
    ExpiredTokenException: 'ExpiredToken',
    MissingAuthenticationTokenException: 'MissingAuthenticationToken',
    IncompleteSignatureException: 'IncompleteSignature',
  }[refusal.code]
  return code === undefined
    ? refusal
    : new Refusal(code, refusal.message, code === 'IncompleteSignature' ? 400 : 403)
}

function assumeRoleWithWebIdentity(request: TokenServiceRequest): Answer {
  const { form, index, sessions, now } = request
  const { roleArn, sessionName } = roleAsked(form)
  const token = required(form, 'WebIdentityToken')
  const claims = readToken(token, request.tokenKey, index.world.issuers ?? {})
  if (claims.expires * 1000 <= now) {
    throw new Refusal(
      'ExpiredTokenException',
      `Token expired: current date/time ${Math.floor(now / 1000)} must be before the expiration date/time ${claims.expires}`,
    )
  }
  if (!claims.audience.includes('sts.amazonaws.com')) {
    throw new Refusal('InvalidIdentityToken', 'Incorrect token audience')
  }
  const role = roleOf(index, roleArn)
  const workload = workloadOf(claims.subject)
  const name = workload && `${workload.namespace}:${workload.serviceAccount}`
  if (role === undefined || name === undefined || !fits(role.trust, name)) {
    // AWS says the same for a role that is missing and one that does not trust the caller.
    throw new Refusal('AccessDenied', 'Not authorized to perform sts:AssumeRoleWithWebIdentity', 403)
  }
  const seconds = lifetime(form.get('DurationSeconds'), role.sessionSeconds, role.maxSessionSeconds ?? 3600)
  const issued = sessions.issue(roleArn, sessionName, now + seconds * 1000)
  return awsQueryAnswer(
    'AssumeRoleWithWebIdentity',
    [
      `<SubjectFromWebIdentityToken>${escapeXml(claims.subject)}</SubjectFromWebIdentityToken>`,
      '<Audience>sts.amazonaws.com</Audience>',
      sessionXml(issued),
      `<Provider>${escapeXml(claims.issuer)}</Provider>`,
    ].join(''),
  )
}

/** Who signs assumes a role: both its own policy and the role's trust policy must let it. */
function assumeRole(request: TokenServiceRequest): Answer {
  const { form, index, sessions, now } = request
  const caller = request.caller()
  const { roleArn, sessionName } = roleAsked(form)
  const externalId = form.get('ExternalId')
  if (externalId !== null && !/^[\w+=,.@:/-]{2,1224}$/.test(externalId)) {
    throw new Refusal(
      'ValidationError',
      `1 validation error detected: Value '${externalId}' at 'externalId' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w+=,.@:\\/-]*`,
    )
  }
  const actions = caller.tags === undefined ? ['sts:AssumeRole'] : ['sts:AssumeRole', 'sts:TagSession']
  for (const action of actions) {
    authorize(
      caller,
      { action, region: request.region, kind: 'roles', name: roleArn, resource: roleArn },
      index.world,
    )
  }
  const role = roleOf(index, roleArn)
  const fitting = role?.assumableBy?.filter((trust) => trusts(trust, caller, externalId)) ?? []
  if (fitting.some(({ effect }) => effect === 'deny')) {
    throw refuse(caller, 'sts:AssumeRole', roleArn, ' with an explicit deny in the role trust policy')
  }
  // AWS says the same of a role that is missing, one that does not trust the caller, and a wrong external id.
  if (role === undefined || fitting.length === 0) throw refuse(caller, 'sts:AssumeRole', roleArn)
  if (caller.tags !== undefined && !fitting.some(({ tagSession }) => tagSession)) {
    throw refuse(caller, 'sts:TagSession', roleArn)
  }
  const asked = form.get('DurationSeconds')
  const seconds = lifetime(asked, role.sessionSeconds, role.maxSessionSeconds ?? 3600)
  if (asked !== null && caller.sessionName !== undefined && seconds > 3600) {
    throw new Refusal(
      'ValidationError',
      'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.',
    )
  }
  const issued = sessions.issue(roleArn, sessionName, now + seconds * 1000, caller.tags)
  return awsQueryAnswer('AssumeRole', sessionXml(issued))
}

function trusts(trust: RoleTrust, caller: Caller, externalId: string | null): boolean {
  const isTagged = Object.entries(trust.tags ?? {}).every(([key, value]) => caller.tags?.[key] === value)
  return (
    fits(trust.principals, caller.role ?? caller.principal) &&
    (trust.externalId === undefined || trust.externalId === externalId) &&
    isTagged
  )
}

function roleOf({ world: { roles } }: WorldIndex, arn: string): Role | undefined {
  return roles !== undefined && Object.hasOwn(roles, arn) ? roles[arn] : undefined
}

function roleAsked(form: URLSearchParams): { readonly roleArn: string; readonly sessionName: string } {
  const roleArn = required(form, 'RoleArn')
  const sessionName = required(form, 'RoleSessionName')
  if (roleArn.length < 20 || !/^arn:[\w-]+:iam::\d{12}:role\/.+$/.test(roleArn)) {
    throw new Refusal('ValidationError', 'Request ARN is invalid')
  }
  if (!/^[\w+=,.@-]{2,64}$/.test(sessionName)) {
    throw new Refusal(
      'ValidationError',
      `1 validation error detected: Value '${sessionName}' at 'roleSessionName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w+=,.@-]*`,
    )
  }
  return { roleArn, sessionName }
}

function sessionXml(issued: ReturnType<Sessions['issue']>): string {
  return [
    `<AssumedRoleUser><Arn>${escapeXml(issued.principal)}</Arn>`,
    `<AssumedRoleId>AROAEMULATOREMULATOR0:${escapeXml(issued.sessionName ?? '')}</AssumedRoleId></AssumedRoleUser>`,
    `<Credentials><AccessKeyId>${issued.accessKeyId}</AccessKeyId>`,
    `<SecretAccessKey>${issued.secretAccessKey}</SecretAccessKey>`,
    `<SessionToken>${issued.sessionToken}</SessionToken>`,
    `<Expiration>${new Date(issued.expires).toISOString()}</Expiration></Credentials>`,
  ].join('')
}

function required(form: URLSearchParams, name: string): string {
  const value = form.get(name)
  if (value === null || value === '') {
    const member = name.charAt(0).toLowerCase() + name.slice(1)
    throw new Refusal(
      'ValidationError',
      `1 validation error detected: Value null at '${member}' failed to satisfy constraint: Member must not be null`,
    )
  }
  return value
}

/** DurationSeconds as asked, within 900 s and the role's maximum; a role's short sessions are for tests of expiry. */
function lifetime(asked: string | null, otherwise: number | undefined, maximum: number): number {
  if (asked === null) {
    return otherwise ?? 3600
  }
  const seconds = Number(asked)
  if (!(seconds >= 900 && seconds <= 43_200)) {
    const bound = seconds < 900 ? 'greater than or equal to 900' : 'less than or equal to 43200'
    throw new Refusal(
      'ValidationError',
      `1 validation error detected: Value '${asked}' at 'durationSeconds' failed to satisfy constraint: Member must have value ${bound}`,
    )
  }
  if (seconds > maximum) {
    throw new Refusal(
      'ValidationError',
      'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.',
    )
  }
  return seconds
}
