import { faultsOf, type ProviderError } from '../errors/provider-error.ts'
import type { Screen } from './screen.ts'

/** Says what went wrong on standard error, `CODE: sentence`, a line each: the sentences of a pod's events. */
export function reportFault(error: ProviderError, screen: Screen): void {
  for (const each of faultsOf(error)) screen.note(`${each.code}: ${each.message}`, 'red')
}
