import { readInput } from '../class-file/read-class-file.ts'
import { fault } from '../errors/provider-error.ts'
import { Sensitive } from '../process/sensitive.ts'
import { isKubernetesName } from '../request/kubernetes-name.ts'
import { isToken } from '../request/token.ts'

/**
 * Reads `--pod NAMESPACE/NAME`.
 * @throws {ProviderError} SETTING_INVALID.
 */
export function readPodOption(text: string): { readonly namespace: string; readonly name: string } {
  const [namespace = '', name = '', ...more] = text.split('/')
  if (isKubernetesName(namespace) && isKubernetesName(name) && more.length === 0) return { namespace, name }
  throw fault('SETTING_INVALID', { setting: '--pod', received: text, expected: 'NAMESPACE/NAME' })
}

/**
 * Reads a service account token from a file, or from standard input for `-`.
 * @throws {ProviderError} INPUT_UNREADABLE.
 */
export async function readTokenFile(path: string): Promise<Sensitive<string>> {
  const { file, text } = await readInput(path)
  const token = text.trim()
  if (isToken(token)) return new Sensitive(token)
  throw fault('INPUT_UNREADABLE', { file, reason: 'it does not hold a token' })
}
