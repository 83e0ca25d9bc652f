import { readFile as readFileFromDisk } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { quote } from '../../errors/kind.ts'
import { fault } from '../../errors/provider-error.ts'
import { atOnce } from '../../process/in-turns.ts'
import { Sensitive } from '../../process/sensitive.ts'
import { readYaml } from '../../yaml/read-yaml.ts'
import type { YamlNode } from '../../yaml/yaml-node.ts'
import type { TextSource } from '../rotated-file.ts'
import type { ClusterConfig } from './cluster-config.ts'

/**
 * What is not done here is refused and not left out: to ask another server than kubectl would, or as somebody else,
 * is worse than not to ask.
 */
const refusedOfCluster = {
  'insecure-skip-tls-verify': 'the certificate is always checked: give certificate-authority',
  'proxy-url': 'the API server is never asked through a proxy: remove it',
  'tls-server-name': 'the certificate must have the name of the server: remove it',
}
const refusedOfUser = {
  exec: 'programs that fetch tokens are not run: put one in as token (kubectl create token, aws eks get-token)',
  'auth-provider': 'programs that fetch tokens are not run: put one in as token',
  username: 'Kubernetes takes no passwords any more: give a token or a client certificate',
  as: 'impersonation is not done: give a token or a client certificate of that account',
}

/**
 * Reads server, CA and account of the current context of a kubeconfig. Files that it names are relative to its folder.
 *
 * @throws ProviderError KUBECONFIG_UNUSABLE
 */
export async function loadKubeconfig(
  file: string,
  readFile: (path: string) => Promise<string> = (path) => readFileFromDisk(path, 'utf8'),
): Promise<ClusterConfig> {
  const root = atOnce(readYaml(await textOf(file)))
  if ('fault' in root) unusable(`it is no YAML from line ${root.line} on`)
  const top = root.node
  const current = textField(top, 'current-context')
  if (current === undefined) unusable('it has no current-context: kubectl config use-context NAME')
  const context = entryOf('context', current)
  const cluster = entryOf('cluster', textField(context.node, 'cluster'))
  const user = entryOf('user', textField(context.node, 'user'))
  refuse(cluster, refusedOfCluster)
  refuse(user, refusedOfUser)
  const ca = await sourceOf(cluster, 'certificate-authority')
  const token = await tokenOf(user)
  const cert = await sourceOf(user, 'client-certificate')
  const key = await sourceOf(user, 'client-key')
  if ((cert === undefined) !== (key === undefined))
    unusable(`${user.name} needs client-certificate and client-key together`)
  if (token === undefined && cert === undefined)
    unusable(`${user.name} has no token and no client certificate: give one of them`)
  return {
    ...serverOf(cluster),
    ...(ca === undefined ? {} : { ca }),
    ...(token === undefined ? {} : { token }),
    ...(cert === undefined || key === undefined ? {} : { certificate: { cert, key } }),
  }

  function unusable(reason: string): never {
    throw fault('KUBECONFIG_UNUSABLE', { file, reason })
  }

  /** From the lists `contexts`, `clusters` and `users`, each of `{name: …, KIND: {…}}`. */
  function entryOf(kind: 'context' | 'cluster' | 'user', name: string | undefined): Entry {
    const list = field(top, `${kind}s`)
    const items = list?.kind === 'list' ? list.items : []
    const found = items.find(({ node }) => name !== undefined && textField(node, 'name') === name)
    const node = found === undefined ? undefined : field(found.node, kind)
    if (node === undefined)
      return unusable(
        name === undefined ? `its context names no ${kind}` : `it has no ${kind} ${quote(name)}`,
      )
    return { name: `${kind} ${quote(name ?? '')}`, node }
  }

  function refuse({ name, node }: Entry, refused: Readonly<Record<string, string>>): void {
    for (const [key, advice] of Object.entries(refused)) {
      const value = field(node, key)
      const isSet = value !== undefined && !(value.kind === 'text' && /^(?:false|)$/.test(value.text))
      if (isSet) unusable(`${name} has ${key}, and ${advice}`)
    }
  }

  function serverOf({ name, node }: Entry): Pick<ClusterConfig, 'host' | 'port' | 'basePath'> {
    const url = URL.parse(textField(node, 'server') ?? '')
    // It is not quoted: a password may stand in it.
    if (url?.protocol !== 'https:' || url.username !== '' || url.search !== '')
      return unusable(`the server of ${name} is not https://HOST:PORT`)
    const basePath = url.pathname.replace(/\/$/, '')
    const port = url.port === '' ? 443 : Number(url.port)
    return { host: url.hostname, port, ...(basePath === '' ? {} : { basePath }) }
  }

  /** `KEY-data`, in base64, before the file of `KEY`: as kubectl reads them. */
  async function sourceOf({ name, node }: Entry, key: string): Promise<TextSource | undefined> {
    const data = textField(node, `${key}-data`)
    const path = textField(node, key)
    if (data === undefined) return path === undefined ? undefined : fileOf(path)
    const text = Buffer.from(data, 'base64').toString()
    if (!text.includes('-----BEGIN ')) unusable(`${key}-data of ${name} is not PEM in base64`)
    return { text: new Sensitive(text) }
  }

  /** The file before the text: as kubectl reads them. */
  async function tokenOf({ node }: Entry): Promise<TextSource | undefined> {
    const path = textField(node, 'tokenFile')
    const text = textField(node, 'token')
    if (path !== undefined) return fileOf(path)
    return text === undefined ? undefined : { text: new Sensitive(text) }
  }

  async function fileOf(path: string): Promise<TextSource> {
    const absolute = resolve(dirname(file), path)
    await textOf(absolute)
    return { file: absolute }
  }

  async function textOf(path: string): Promise<string> {
    const what = path === file ? 'it' : `its file ${path}`
    const text = await readFile(path).catch((error: NodeJS.ErrnoException) =>
      unusable(`${what} cannot be read (${error.code ?? 'unknown error'})`),
    )
    return text.trim() === '' ? unusable(`${what} is empty`) : text
  }
}

/** A context, cluster or user, named as sentences do. */
interface Entry {
  readonly name: string
  readonly node: YamlNode
}

function field(node: YamlNode, key: string): YamlNode | undefined {
  const value = node.kind === 'map' ? node.entries.get(key)?.value.node : undefined
  return value?.kind === 'unset' ? undefined : value
}

/** Empty counts as missing. */
function textField(node: YamlNode, key: string): string | undefined {
  const value = field(node, key)
  return value?.kind === 'text' && value.text !== '' ? value.text : undefined
}
