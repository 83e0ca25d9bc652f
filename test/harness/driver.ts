import { randomUUID } from 'node:crypto'
import { lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { status } from '@grpc/grpc-js'
import type { RawMountRequest } from '../../src/request/mount-request.ts'
import type { Emulator } from '../emulator/emulator.ts'
import { callMount } from './call-mount.ts'
import { isPackaged, type Provider } from './provider.ts'

/** What a pod asks for; everything but the parameters has a default. */
export interface MountWish {
  readonly parameters: Readonly<Record<string, string>>
  readonly namespace?: string
  readonly serviceAccount?: string
  readonly pod?: string
  readonly podUid?: string
  /** Where the tokens travel; drivers of Kubernetes 1.35+ use `secrets`. */
  readonly tokensIn?: 'attributes' | 'secrets' | 'both' | 'nowhere'
  /** In place of the tokens that the emulator mints: the JSON text of serviceAccount.tokens. */
  readonly tokens?: string
  readonly targetPath?: string
  readonly permission?: string
  readonly timeoutMs?: number
}

/** How a mount ended, as the driver sees it. */
export interface MountEnd {
  /** `OK`, or the name of the gRPC status. */
  readonly status: string
  readonly message: string
  readonly objectVersions: Readonly<Record<string, string>>
  /** Files in the answer (driver-written mode), by path. */
  readonly files: ReadonlyMap<string, ShownFile>
  readonly targetPath: string
  readonly ms: number
}

export interface ShownFile {
  readonly mode: number
  readonly content: Buffer
}

/** Plays the Secrets Store CSI driver for one pod. */
export function mountAs(emulator: Emulator, provider: Provider, wish: MountWish): Promise<MountEnd> {
  const request = {
    ...driverTexts(emulator, wish),
    targetPath: wish.targetPath ?? newTarget(provider),
    permission: wish.permission ?? '420',
  }
  return mountRaw(provider, request, wish.timeoutMs)
}

/**
 * Mounts once where code is compiled while it runs (Deno): that takes longer than an honest peer may be silent, and the
 * measure of it is missing there.
 */
export async function warmUp(emulator: Emulator, provider: Provider, wish: MountWish): Promise<void> {
  if (!isPackaged()) await mountAs(emulator, provider, wish)
}

/** Sends a mount request as it is, well-formed or not. */
export async function mountRaw(
  provider: Provider,
  raw: RawMountRequest,
  timeoutMs = 120_000,
): Promise<MountEnd> {
  const { targetPath } = raw
  const request = { currentObjectVersion: [], ...raw }
  const begun = performance.now()
  const base = { targetPath, message: '', objectVersions: {}, files: new Map<string, ShownFile>() }
  try {
    const answer = await callMount(provider.socket, request, timeoutMs)
    return {
      ...base,
      status: 'OK',
      objectVersions: Object.fromEntries(answer.objectVersion.map(({ id, version }) => [id, version])),
      files: new Map(
        answer.files.map((file) => [file.path, { mode: file.mode, content: Buffer.from(file.contents) }]),
      ),
      ms: performance.now() - begun,
    }
  } catch (error) {
    const { code, details } = error as { code?: number; details?: string }
    if (code === undefined) throw error
    return {
      ...base,
      status: status[code] ?? `${code}`,
      message: details ?? '',
      ms: performance.now() - begun,
    }
  }
}

/** The two JSON texts of a mount request. */
export function driverTexts(
  emulator: Pick<Emulator, 'mintToken'>,
  wish: MountWish,
): { attributes: string; secrets: string } {
  const { namespace = 'default', serviceAccount = 'shop', pod = 'shop-0', podUid = randomUUID() } = wish
  const mint = (audience: string) => ({
    token: emulator.mintToken({ namespace, serviceAccount, audience, pod: { name: pod, uid: podUid } }),
    expirationTimestamp: new Date(Date.now() + 3_600_000).toISOString(),
  })
  const tokens =
    wish.tokens ??
    JSON.stringify({
      'sts.amazonaws.com': mint('sts.amazonaws.com'),
      'pods.eks.amazonaws.com': mint('pods.eks.amazonaws.com'),
    })
  const given = { 'csi.storage.k8s.io/serviceAccount.tokens': tokens }
  const where = wish.tokensIn ?? 'attributes'
  return {
    attributes: JSON.stringify({
      ...wish.parameters,
      'csi.storage.k8s.io/pod.name': pod,
      'csi.storage.k8s.io/pod.namespace': namespace,
      'csi.storage.k8s.io/pod.uid': podUid,
      'csi.storage.k8s.io/serviceAccount.name': serviceAccount,
      'csi.storage.k8s.io/ephemeral': 'true',
      ...(where === 'attributes' || where === 'both' ? given : {}),
    }),
    secrets: where === 'secrets' || where === 'both' ? JSON.stringify(given) : 'null',
  }
}

export function newTarget(provider: Provider): string {
  const folder = join(provider.scratch, 'pods')
  mkdirSync(folder, { recursive: true })
  return mkdtempSync(join(folder, 'volume-'))
}

/** The files of a volume as a pod sees them, by path; hidden bookkeeping left out. */
export function readVolume(targetPath: string): ReadonlyMap<string, ShownFile> {
  const found = new Map<string, ShownFile>()
  const walk = (folder: string, prefix: string) => {
    for (const name of readdirSync(folder).toSorted()) {
      if (prefix === '' && name.startsWith('..')) continue
      const path = join(folder, name)
      const { mode } = statSync(path)
      if (statSync(path).isDirectory()) walk(path, `${prefix}${name}/`)
      else found.set(`${prefix}${name}`, { mode: mode & 0o7777, content: readFileSync(path) })
    }
  }
  walk(targetPath, '')
  return found
}

/** As text, for comparing whole volumes at a glance: path to content. */
export function textsOf(files: ReadonlyMap<string, ShownFile>): Readonly<Record<string, string>> {
  return Object.fromEntries([...files].map(([path, { content }]) => [path, content.toString()]))
}

/** Whether the volume holds nothing at all. */
export function isUntouched(targetPath: string): boolean {
  return lstatSync(targetPath).isDirectory() && readdirSync(targetPath).length === 0
}
