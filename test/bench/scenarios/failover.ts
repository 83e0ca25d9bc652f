import type { FaultEffect } from '../../emulator/faults.ts'
import type { Latency } from '../../emulator/latency.ts'
import { blackHoleRegion, farRegion, homeRegion, names } from '../bench-world.ts'
import { timesOf } from '../limits.ts'
import { mountOnce, type Outcome, objectsOf, prepareMount } from '../load.ts'
import { observe, pick } from '../observe.ts'
import type { Limit, Scenario } from '../scenario.ts'
import { percentile } from '../statistics.ts'

interface Mode {
  readonly name: string
  readonly title: string
  readonly primary?: string
  readonly effects?: readonly FaultEffect[]
  /** Only the stores of the primary region are concerned, not its STS. */
  readonly storesAlone?: boolean
}

const secrets = 5
/** The first mount and the next five; fewer where each takes kubelet's whole patience. */
const laterMounts = 5
const patienceMs = 60_000

const modes: readonly Mode[] = [
  { name: 'healthy', title: 'both regions healthy' },
  { name: 'black-hole', title: 'primary swallows every packet', primary: blackHoleRegion },
  {
    name: 'hang',
    title: 'primary accepts and never answers',
    effects: [{ do: 'hang-after-tls' }, { do: 'hang' }],
  },
  {
    name: '500',
    title: 'primary answers 500',
    effects: [{ do: 'error', code: 'InternalServiceError', status: 500 }],
  },
  { name: 'refuse', title: 'primary refuses connections', effects: [{ do: 'refuse' }] },
  {
    name: 'throttle',
    title: 'primary throttles',
    effects: [{ do: 'error', code: 'ThrottlingException', message: 'Rate exceeded', status: 400 }],
    storesAlone: true,
  },
]

/** A second region a continent away, and what may be wrong with the first. */
export const failoverScenarios: readonly Scenario[] = modes.map((mode) => ({
  name: `failover-${mode.name}`,
  title: `Failover, ${secrets} secrets: ${mode.title}`,
  repetitions: 3,
  quickRepetitions: 1,
  ...(mode.primary === undefined ? {} : { needs: ['namespace'] }),
  limits: (latency) => limitsOf(latency, mode),
  async run(bench) {
    for (const effect of mode.effects ?? []) {
      const services = mode.storesAlone === true ? (['secretsmanager', 'ssm'] as const) : [undefined]
      for (const service of services) {
        const when = { region: homeRegion, ...(service === undefined ? {} : { service }) }
        await bench.emulator.addFault({ when, effect })
      }
    }
    const running = await bench.start()
    const parameters = {
      region: mode.primary ?? homeRegion,
      failoverRegion: farRegion,
      objects: objectsOf(names('secret', secrets)),
    }
    const mount = () =>
      mountOnce(running, prepareMount(bench, { pod: 'shop-0', serviceAccount: 'shop', parameters }))
    const outcomes: Outcome[] = []
    const sample = await observe(bench, running, async () => {
      const begun = performance.now()
      while (outcomes.length < 1 + laterMounts && performance.now() - begun < patienceMs) {
        outcomes.push(await mount())
      }
      return outcomes
    })
    const [first = Number.NaN, ...later] = outcomes.map(({ ms }) => ms)
    const ofLater =
      later.length === 0 ? {} : { laterMs: percentile(later, 50), slowestLaterMs: Math.max(...later) }
    return { ...sample, metrics: { firstMs: first, ...ofLater, ...pick(sample, 'failures', 'connections') } }
  },
}))

/** Both regions must have been asked; what is broken at the primary cannot be waited for in less than nothing. */
function limitsOf(latency: Latency, mode: Mode): Readonly<{ firstMs: Limit; laterMs: Limit }> {
  const { role, exchange, secret, far } = timesOf(latency)
  const later = secret + far
  const stsWorks = mode.name === 'healthy' || mode.storesAlone === true
  return {
    firstMs: {
      value: role + exchange + (stsWorks ? 0 : far) + later,
      why: `role, one STS exchange${stsWorks ? '' : ' in the second region'}, one round trip there`,
    },
    laterMs: { value: later, why: 'one round trip to the second region' },
  }
}
