import { readFile as readFileFromDisk } from 'node:fs/promises'
import { fault } from '../../errors/provider-error.ts'
import type { ClusterConfig } from './cluster-config.ts'

/** What tells a pod of its cluster. */
export interface ClusterEnvironment {
  readonly KUBERNETES_SERVICE_HOST?: string | undefined
  readonly KUBERNETES_SERVICE_PORT?: string | undefined
  /** Where kubelet mounts `token` and `ca.crt`; another place in tests. */
  readonly serviceAccountDirectory?: string | undefined
}

const defaultDirectory = '/var/run/secrets/kubernetes.io/serviceaccount'

/**
 * Finds the API server the way every pod does: two variables and the files of its service account.
 *
 * @throws ProviderError NOT_IN_CLUSTER that names the variable or file which is missing or unusable.
 */
export async function loadInClusterConfig(
  environment: ClusterEnvironment,
  readFile: (path: string) => Promise<string> = (path) => readFileFromDisk(path, 'utf8'),
): Promise<ClusterConfig> {
  const host = environment.KUBERNETES_SERVICE_HOST
  if (!host) throw fault('NOT_IN_CLUSTER', { missing: 'KUBERNETES_SERVICE_HOST is not set' })
  const port = readPort(environment.KUBERNETES_SERVICE_PORT)

  const directory = environment.serviceAccountDirectory || defaultDirectory
  const tokenFile = `${directory}/token`
  const caFile = `${directory}/ca.crt`
  for (const path of [tokenFile, caFile]) await checkFile(path, readFile)
  return { host, port, token: { file: tokenFile }, ca: { file: caFile } }
}

function readPort(text: string | undefined): number {
  if (!text) throw fault('NOT_IN_CLUSTER', { missing: 'KUBERNETES_SERVICE_PORT is not set' })
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0
  if (port < 1 || port > 65_535)
    throw fault('NOT_IN_CLUSTER', { missing: 'KUBERNETES_SERVICE_PORT is not a port number' })
  return port
}

async function checkFile(path: string, readFile: (path: string) => Promise<string>): Promise<void> {
  let text: string
  try {
    text = await readFile(path)
  } catch (error) {
    const { code = 'unknown error' } = error as NodeJS.ErrnoException
    throw fault('NOT_IN_CLUSTER', { missing: `the file ${path} cannot be read (${code})` }, { cause: error })
  }
  if (text.trim() === '') throw fault('NOT_IN_CLUSTER', { missing: `the file ${path} is empty` })
}
