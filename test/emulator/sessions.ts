import { randomBytes } from 'node:crypto'
import type { WorldIndex } from './world-index.ts'

/** Who signed a request. */
export interface Caller {
  /** In error messages: `arn:aws:sts::111122223333:assumed-role/role/session`. */
  readonly principal: string
  /** ARN of the role whose policy counts; undefined may do everything. */
  readonly role: string | undefined
  readonly sessionName: string | undefined
  /** Session tags, all of them transitive. */
  readonly tags?: SessionTags | undefined
}

export type SessionTags = Readonly<Record<string, string>>

export interface Credentials extends Caller {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken: string | undefined
  /** Milliseconds since 1970; Infinity for long-lived keys. */
  readonly expires: number
}

export interface Sessions {
  /** Makes temporary credentials of a role and remembers them. */
  issue(
    role: string,
    sessionName: string,
    expires: number,
    tags?: SessionTags,
  ): Credentials & { readonly sessionToken: string }
  find(accessKeyId: string, world: WorldIndex): Credentials | undefined
  /** Lets all that was issued (to one role) expire at once, or forgets it as AWS would a revoked key. */
  end(how: 'expire' | 'forget', role?: string): void
}

/** The credentials that STS and the Pod Identity agent have issued. */
export function createSessions(): Sessions {
  const issued = new Map<string, Credentials>()
  return {
    issue(role, sessionName, expires, tags) {
      const credentials = {
        accessKeyId: `ASIA${randomBytes(8).toString('hex').toUpperCase()}`,
        secretAccessKey: randomBytes(30).toString('base64'),
        sessionToken: `IQoJ${randomBytes(300).toString('base64')}`,
        expires,
        principal: sessionArn(role, sessionName),
        role,
        sessionName,
        tags,
      }
      issued.set(credentials.accessKeyId, credentials)
      return credentials
    },
    find(accessKeyId, { world }) {
      const found = issued.get(accessKeyId)
      if (found !== undefined) {
        return found
      }
      const keys = world.accessKeys
      const key = keys !== undefined && Object.hasOwn(keys, accessKeyId) ? keys[accessKeyId] : undefined
      return key === undefined
        ? undefined
        : {
            accessKeyId,
            secretAccessKey: key.secretAccessKey,
            sessionToken: key.sessionToken,
            expires: Number.POSITIVE_INFINITY,
            principal: key.principal,
            role: key.role,
            sessionName: undefined,
          }
    },
    end(how, role) {
      for (const [id, credentials] of issued) {
        if (role === undefined || credentials.role === role) {
          if (how === 'forget') {
            issued.delete(id)
          } else {
            issued.set(id, { ...credentials, expires: 0 })
          }
        }
      }
    },
  }
}

/** `arn:aws:iam::1:role/path/app` and a session name make `arn:aws:sts::1:assumed-role/app/session`. */
export function sessionArn(role: string, sessionName: string): string {
  const [, partition = 'aws', , , account = ''] = role.split(':')
  return `arn:${partition}:sts::${account}:assumed-role/${role.slice(role.lastIndexOf('/') + 1)}/${sessionName}`
}
