import type { Admission } from '../admission/byte-budget.ts'
import { absentFrom } from '../content/build-files.ts'
import { type BuildRules, type BuildTurns, buildInTurn, createBuildTurns } from '../content/build-in-turn.ts'
import type { VolumeSet } from '../content/volume-file.ts'
import { fault } from '../errors/provider-error.ts'
import type { MountAnswer } from '../files/deliver.ts'
import type { MountPlan, Regions } from '../plan/mount-plan.ts'
import { TurnGate } from '../process/gate.ts'
import type { MountRequest, RawMountRequest } from '../request/mount-request.ts'
import { readRequest } from '../request/read-request.ts'
import type { PlanValues } from '../store/object-value.ts'
import type { MountTrace } from './mount-trace.ts'
import { withClassFaults, withKnownFaults, withUnknownNames } from './whole-failure.ts'

/** What mounts do one after the other, of all that are under way. */
export interface MountTurns {
  /** Making files of values. */
  readonly builds: BuildTurns
  /** Reading the class of a mount that has failed, for what else is wrong with it. */
  readonly classes: TurnGate
}

/** Of all mounts of a process. */
export function createMountTurns(): MountTurns {
  return { builds: createBuildTurns(), classes: new TurnGate(1) }
}

/** The steps of a mount that reach outside the process or outlive it; made once, by whoever runs mounts. */
export interface MountSteps<Identity> {
  /** Bytes that the files of one volume may have together. */
  readonly maxVolumeBytes: number
  readonly turns: MountTurns
  /** The text that to_string() makes of nothing fails the mount, and is not only warned of. */
  readonly strictExtracts?: boolean
  /** From the request, the environment or the node. */
  findRegions(request: MountRequest, signal: AbortSignal): Promise<Regions>
  /** As whom to read: Kubernetes is asked, AWS not yet. */
  identify(request: MountRequest, regions: Regions, signal: AbortSignal): Promise<Identity>
  /**
   * Settles what to read and write, or throws all that is wrong with it: planMount, or one that remembers. A promise where
   * a large class waits for its turn.
   */
  planMount(request: MountRequest, regions: Regions, signal: AbortSignal): MountPlan | Promise<MountPlan>
  /** Waits until there is room for what the mount may hold. */
  admit(plan: MountPlan, identity: Identity, signal: AbortSignal): Promise<Admission>
  /** Every value of the plan, in its order; undefined for an optional object that is missing. */
  readValues(plan: MountPlan, identity: Identity, signal: AbortSignal, trace: MountTrace): Promise<PlanValues>
  /** Puts the files into the volume, or into the answer. */
  deliver(request: MountRequest, set: VolumeSet, signal: AbortSignal, trace: MountTrace): Promise<MountAnswer>
}

/**
 * A mount, from the driver's request to files in the pod's volume: what is asked, as whom, which values, which files.
 *
 * Nothing is written until every value has arrived, and what is on disk stays as it is when anything fails.
 *
 * @throws {ProviderError}, or the signal's reason.
 */
export async function mount<Identity>(
  raw: RawMountRequest,
  steps: MountSteps<Identity>,
  trace: MountTrace,
  signal: AbortSignal,
): Promise<MountAnswer> {
  const { request, regions, identity } = await beforeObjects(raw, steps, trace, signal)
  const plan = trace.planned(await settlePlan(request, regions, steps, trace, signal))
  const rules = buildRules(request, steps, trace)
  const admission = await trace.during('queue', () => steps.admit(plan, identity, signal))
  try {
    const values = await trace.during('fetch', () => steps.readValues(plan, identity, signal, trace))
    admission.valuesArrived()
    return await trace.during('extract', () =>
      buildInTurn(plan, values, rules, signal, (files) =>
        trace.during('write', () =>
          steps.deliver(request, { files, ...absentFrom(plan, files) }, signal, trace),
        ),
      ),
    )
  } catch (error) {
    throw await withKnownFaults(error, request, plan, rules, signal)
  } finally {
    admission.leave()
  }
}

function buildRules<Identity>(
  { pod }: MountRequest,
  { maxVolumeBytes, strictExtracts, turns }: MountSteps<Identity>,
  trace: MountTrace,
): BuildRules {
  return {
    maxBytes: maxVolumeBytes,
    turns: turns.builds,
    namespace: pod.namespace,
    onNullText(about) {
      const found = fault('EXTRACT_NULL_TEXT', about)
      if (strictExtracts === true) return found
      trace.nullText(found)
    },
  }
}

/** The plan; where there is none, the error names the parameters that nothing reads as well: one may be misspelt. */
async function settlePlan<Identity>(
  request: MountRequest,
  regions: Regions,
  steps: MountSteps<Identity>,
  trace: MountTrace,
  signal: AbortSignal,
): Promise<MountPlan> {
  try {
    const plan = steps.planMount(request, regions, signal)
    return plan instanceof Promise ? await trace.during('queue', () => plan) : plan
  } catch (error) {
    throw withUnknownNames(error, request, [])
  }
}

/** Who asks, and from where and as whom to read; a failure of it tells what is wrong with the objects as well. */
async function beforeObjects<Identity>(
  raw: RawMountRequest,
  steps: MountSteps<Identity>,
  trace: MountTrace,
  signal: AbortSignal,
): Promise<{ request: MountRequest; regions: Regions; identity: Identity }> {
  try {
    const request = trace.asked(await trace.during('request', () => readRequest(raw)))
    const regions = trace.located(await trace.during('region', () => steps.findRegions(request, signal)))
    const identity = await trace.during('identity', () => steps.identify(request, regions, signal))
    return { request, regions, identity }
  } catch (error) {
    throw await withClassFaults(error, raw, steps.turns.classes, signal)
  }
}
