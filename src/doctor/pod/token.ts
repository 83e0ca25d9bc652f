import { requestToken } from '../../cluster/token-request.ts'
import { ProviderError } from '../../errors/provider-error.ts'
import type { Sensitive } from '../../process/sensitive.ts'
import { type IdentityKind, type PodReference, tokenAudience } from '../../request/mount-request.ts'
import { tokenClaims } from '../../request/token.ts'
import type { DoctorContext } from '../context.ts'
import { tokenRole } from '../optional-roles.ts'
import { failed, ok, type Row, rowsOf, unknown } from '../row.ts'

interface FoundToken {
  readonly rows: readonly Row[]
  readonly token?: Sensitive<string>
}

/** A token of the pod's service account: the one that was handed in, else one of Kubernetes, where RBAC allows it. */
export async function findPodToken(
  kind: IdentityKind,
  pod: PodReference,
  context: DoctorContext,
): Promise<FoundToken> {
  const audience = tokenAudience[kind]
  const check = `token ${audience}`
  const { token } = context.options
  if (token !== undefined) return checkGiven(check, token, audience, pod)
  try {
    const found = await requestToken(await context.kubernetes(), pod, audience, context.signal)
    return { rows: [ok(check, 'Kubernetes gives one to the provider')], token: found }
  } catch (error) {
    if (!(error instanceof ProviderError) || error.code !== 'TOKEN_MISSING')
      return { rows: rowsOf(check, error) }
    const create = `kubectl create token ${pod.serviceAccount} -n ${pod.namespace} --audience ${audience} --bound-object-kind Pod --bound-object-name ${pod.name} --bound-object-uid ${pod.uid}`
    return {
      rows: [
        unknown(
          check,
          'the provider may not ask Kubernetes for one; in a mount the driver hands it on',
          `hand one in: ${create} | … doctor --pod ${pod.namespace}/${pod.name} --token-file -; or opt in to ${tokenRole}`,
        ),
      ],
    }
  }
}

/** Three claims are read; whether the token is genuine, AWS says. */
function checkGiven(
  check: string,
  token: Sensitive<string>,
  audience: string,
  pod: PodReference,
): FoundToken {
  const { aud, sub, exp } = tokenClaims(token)
  const audiences = [aud].flat().filter((each) => typeof each === 'string')
  if (!audiences.includes(audience)) {
    return {
      rows: [
        unknown(
          check,
          `not checked: the token of --token-file is for ${JSON.stringify(audiences.join(', '))}`,
          `kubectl create token … --audience ${audience}`,
        ),
      ],
    }
  }
  if (sub !== `system:serviceaccount:${pod.namespace}:${pod.serviceAccount}`) {
    return {
      rows: [
        failed(
          check,
          `the token of --token-file is of ${JSON.stringify(String(sub))}`,
          `make one of service account ${pod.serviceAccount} in namespace ${pod.namespace}`,
        ),
      ],
    }
  }
  if (typeof exp === 'number' && exp * 1000 < Date.now()) {
    return { rows: [failed(check, 'the token of --token-file has expired', 'make a new one')] }
  }
  return { rows: [ok(check, 'that of --token-file')], token }
}
