import type { KubernetesCall } from '../../mount/metrics.ts'
import type { MountSpan } from '../../mount/mount-trace.ts'
import type { TraceSettings } from '../../settings/trace-settings.ts'

/** Tells a trace collector of mounts. */
export interface Tracer {
  /** For a mount that begins. */
  begin(): MountSpan
  /** One try of a call to the Kubernetes API that has just ended, of the mount that it was made for. */
  kubernetes(call: KubernetesCall, outcome: string, seconds: number): void
  /** One exchange at the Pod Identity agent that has just ended; `code` is `OK` or the error's code. */
  podIdentity(code: string, seconds: number): void
  /** Sends what is left, within a second. */
  close(): Promise<void>
}

/** What a tracer is made of. */
export interface TracerOptions extends Pick<TraceSettings, 'sampledPart'> {
  readonly name: string
  readonly version: string
  /** Name of the node, where it is known. */
  readonly nodeName?: string | undefined
  /** Hears how a batch failed, and how many spans went with it: `reason` holds nothing of the spans. */
  readonly onLoss: (spans: number, reason: string) => void
}
