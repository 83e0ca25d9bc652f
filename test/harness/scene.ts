import assert from 'node:assert/strict'
import { type Emulator, type EmulatorOptions, startEmulator } from '../emulator/emulator.ts'
import { isUntouched, type MountEnd, type MountWish, mountAs, readVolume, type ShownFile } from './driver.ts'
import { type Provider, type ProviderOptions, startProvider } from './provider.ts'

export const writeModes = ['provider-written', 'driver-written'] as const
export type WriteMode = (typeof writeModes)[number]

/** The ways of kubelet to say "maybe mounted": a pod would start with an empty volume. */
export const forbiddenStatuses: readonly string[] = [
  'CANCELLED',
  'DEADLINE_EXCEEDED',
  'UNAVAILABLE',
  'RESOURCE_EXHAUSTED',
  'ABORTED',
]

/** A mount's end with what the pod will see, whoever writes it. */
export interface Mounted extends MountEnd {
  readonly volume: ReadonlyMap<string, ShownFile>
}

/** One emulator, and a provider for each write mode. */
export interface Scene {
  readonly emulator: Emulator
  readonly providers: Readonly<Record<WriteMode, Provider>>
  /** Mounts, and proves that the files went where the mode says and nowhere else. */
  mount(mode: WriteMode, wish: MountWish): Promise<Mounted>
  stop(): Promise<void>
}

export async function startScene(
  emulatorOptions: EmulatorOptions,
  providerOptions: ProviderOptions = {},
): Promise<Scene> {
  const emulator = await startEmulator(emulatorOptions)
  try {
    const [written, driven] = await Promise.all([
      startProvider(emulator, providerOptions),
      startProvider(emulator, {
        ...providerOptions,
        flags: [...(providerOptions.flags ?? []), '--driver-writes-secrets'],
      }),
    ])
    const providers = { 'provider-written': written, 'driver-written': driven }
    return {
      emulator,
      providers,
      mount: async (mode, wish) => withVolume(mode, wish, await mountAs(emulator, providers[mode], wish)),
      async stop() {
        await Promise.all([written.stop(), driven.stop()])
        await emulator.close()
      },
    }
  } catch (error) {
    await emulator.close()
    throw error
  }
}

function withVolume(mode: WriteMode, wish: MountWish, end: MountEnd): Mounted {
  const isNew = wish.targetPath === undefined
  assert.ok(!forbiddenStatuses.includes(end.status), `a mount may never end ${end.status}: ${end.message}`)
  if (end.status !== 'OK') {
    if (isNew) assert.ok(isUntouched(end.targetPath), 'a failed mount leaves nothing behind')
    return { ...end, volume: new Map() }
  }
  if (mode === 'provider-written') {
    assert.equal(end.files.size, 0, 'no file travels in the answer')
    return { ...end, volume: readVolume(end.targetPath) }
  }
  if (isNew) assert.ok(isUntouched(end.targetPath), 'the driver alone writes')
  return { ...end, volume: end.files }
}

/** The `objects` parameter; JSON is YAML. */
export function objectsText(...objects: readonly unknown[]): string {
  return JSON.stringify(objects)
}

/** What a volume holds, as `mode text` by path: readable in an assertion. */
export function shown(volume: ReadonlyMap<string, ShownFile>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    [...volume]
      .map(([path, { mode, content }]) => [path, `${mode.toString(8).padStart(4, '0')} ${content}`] as const)
      .sort(([one], [other]) => (one < other ? -1 : 1)),
  )
}
