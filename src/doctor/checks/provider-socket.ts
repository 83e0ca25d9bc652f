import { statSync } from 'node:fs'
import { join } from 'node:path'
import { providerName, version } from '../../process/version.ts'
import { callVersion } from '../../rpc/driver-client.ts'
import type { Check } from '../context.ts'
import { failed, ok } from '../row.ts'

const check = 'socket'
const answerMs = 5_000
const restart =
  'see that the provider runs on this node, and what its log says: kubectl logs -n kube-system -l app=csi-secrets-store-provider-aws (by Helm: app=secrets-store-csi-driver-provider-aws)'

/** Does somebody answer where the driver calls, and is it this provider? */
export const checkProviderSocket: Check = async ({ settings }) => {
  const path = join(settings.providerVolume, 'aws.sock')
  const file = statSync(path, { throwIfNoEntry: false })
  if (file === undefined) return [failed(check, `${path} does not exist`, restart)]
  if (!file.isSocket())
    return [failed(check, `${path} is not a socket`, 'remove it; the provider makes its own')]
  const mode = (file.mode & 0o777).toString(8).padStart(4, '0')
  let answer: Awaited<ReturnType<typeof callVersion>>
  let begun = 0
  try {
    // The first call loads what speaks gRPC here: the second one's time is the provider's.
    answer = await callVersion(path, answerMs)
    begun = performance.now()
    await callVersion(path, answerMs)
  } catch (error) {
    // The status alone: its details quote the path as grpc-js writes it.
    const status = grpcStatus(error)
    return [failed(check, `${path} is there, but nobody answers Version (${status})`, restart)]
  }
  const ms = Math.round(performance.now() - begun)
  const who = `${answer.runtimeName} ${answer.runtimeVersion}`.slice(0, 200)
  if (answer.runtimeName !== providerName || answer.runtimeVersion !== version) {
    const remedy = `there may be one provider a node: remove the other one, or, when this is an update under way, wait for it`
    return [failed(check, `${who} answers at ${path}, not this ${version}`, remedy)]
  }
  if ((file.mode & 0o077) !== 0) {
    const remedy = 'restart the provider: it makes its socket with mode 0600'
    return [failed(check, `${who} answers, but ${path} has mode ${mode}: others may call it`, remedy)]
  }
  return [ok(check, `${who} answers in ${ms} ms, mode ${mode}`)]
}

function grpcStatus(error: unknown): string {
  const { code } = error as { code?: unknown }
  const known: Readonly<Record<number, string>> = {
    4: `no answer within ${answerMs / 1000} s`,
    12: 'it does not know the call',
    14: 'the connection was refused',
  }
  return typeof code === 'number' ? (known[code] ?? `gRPC status ${code}`) : 'no gRPC'
}
