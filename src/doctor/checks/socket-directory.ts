import { accessSync, constants, statSync } from 'node:fs'
import { fault } from '../../errors/provider-error.ts'
import type { Check } from '../context.ts'
import { failed, ok } from '../row.ts'

const check = 'socket directory'

/** Is there a directory where the driver looks, in which we alone can make the socket? */
export const checkSocketDirectory: Check = async ({ settings: { providerVolume: directory } }) => {
  const found = statSync(directory, { throwIfNoEntry: false })
  if (!found?.isDirectory()) throw fault('SOCKET_DIRECTORY_MISSING', { directory })
  const mode = (found.mode & 0o7777).toString(8).padStart(4, '0')
  try {
    accessSync(directory, constants.W_OK | constants.X_OK)
  } catch (cause) {
    const reason = (cause as NodeJS.ErrnoException).code ?? 'unknown reason'
    throw fault('SOCKET_DIRECTORY_NOT_WRITABLE', { directory, reason }, { cause })
  }
  // The tokens of all pods go through the socket: who may replace it receives them.
  if ((found.mode & 0o002) !== 0 && (found.mode & 0o1000) === 0) {
    const remedy = `chmod o-w ${directory} on the node: who replaces the socket is sent the tokens of all pods`
    return [
      failed(check, `${directory} has mode ${mode}: everybody on the node may replace the socket`, remedy),
    ]
  }
  return [ok(check, `${directory}, mode ${mode}, writable`)]
}
