import { errorKinds, faultsOf, ProviderError } from '../errors/provider-error.ts'

/**
 * `ok`, `failed`, or `unknown`: not checked, or a matter of choice, as `found` says. Stable, a part of the JSON.
 */
export type RowState = 'ok' | 'failed' | 'unknown'

/** What one check found. Texts may hold names from the cluster and from AWS, never a value, token or credential. */
export interface Row {
  /** What was looked at. */
  readonly check: string
  readonly state: RowState
  readonly found: string
  /** What to do about it. */
  readonly remedy?: string
  /** Of the error that a mount would end with, when it is one. */
  readonly code?: string
}

/** A row of what is as it should be. */
export function ok(check: string, found: string, remedy?: string): Row {
  return { check, state: 'ok', found, ...(remedy === undefined ? {} : { remedy }) }
}

/** A row of what keeps secrets from pods, with what to do. */
export function failed(check: string, found: string, remedy: string): Row {
  return { check, state: 'failed', found, remedy }
}

/** A row of what could not be looked at. */
export function unknown(check: string, found: string, remedy?: string): Row {
  return { check, state: 'unknown', found, ...(remedy === undefined ? {} : { remedy }) }
}

/** The reason of the abort when the whole run has had its time. */
export class DoctorTimeout extends Error {
  override readonly name = 'DoctorTimeout'

  constructor(seconds: number) {
    super(`no answer within ${seconds} s`)
  }
}

/** Nothing of Kubernetes can be seen from the node: it has no service account, and no kubeconfig was given. */
export class OutsideCluster extends Error {
  override readonly name = 'OutsideCluster'
}

/** The rows of what a check threw: the very sentences of a mount's error, each with the remedy of its code. */
export function rowsOf(check: string, error: unknown): readonly Row[] {
  if (error instanceof DoctorTimeout) {
    return [failed(check, error.message, 'see which of the rows above explains the silence')]
  }
  if (error instanceof OutsideCluster) {
    const remedy =
      "kubectl exec into the provider's pod on this node, and run this there too; or give --kubeconfig FILE"
    return [unknown(check, 'not checked: it can be seen only from a pod, or with --kubeconfig', remedy)]
  }
  if (!(error instanceof ProviderError)) {
    // Its message could quote what was being read.
    const name = error instanceof Error ? error.name : typeof error
    return [failed(check, `the check itself failed (${name})`, 'report this defect')]
  }
  return faultsOf(error).map(({ code, message }) => ({
    check,
    state: 'failed' as const,
    found: message,
    remedy: errorKinds[code].remedy.replaceAll('`', ''),
    code,
  }))
}
