import type { Fault, FaultEffect } from '../../emulator/faults.ts'
import type { BenchEmulator } from '../bench-emulator.ts'
import { homeRegion } from '../bench-world.ts'
import type { ChaosNode } from './node.ts'

/** Something that goes wrong for a while. */
export interface Trouble {
  readonly name: string
  begin(emulator: BenchEmulator, node: ChaosNode): void | Promise<void>
  end?(emulator: BenchEmulator, node: ChaosNode): void | Promise<void>
}

/** Each kind once. */
export const troubles: readonly Trouble[] = [
  stores('resets', { do: 'reset' }, 0.3),
  stores('resets within the answer', { do: 'reset-body' }, 0.3),
  stores('answers cut short', { do: 'cut' }, 0.3),
  stores('slow bodies', { do: 'drip', milliseconds: 30 }, 0.2),
  stores('Connection: close', { do: 'close' }, 0.7),
  stores('HTTP 500', { do: 'error', code: 'InternalServiceError', status: 500 }, 0.5),
  stores(
    'throttling',
    { do: 'error', code: 'ThrottlingException', message: 'Rate exceeded', status: 400 },
    0.5,
  ),
  silence('a black hole', { do: 'black-hole' }),
  silence('silence after TLS', { do: 'hang-after-tls' }),
  silence('connections refused', { do: 'refuse' }),
  {
    name: 'the API server restarts',
    async begin(emulator) {
      await emulator.addFault({ when: { service: 'kubernetes' }, effect: { do: 'refuse' } })
      await emulator.resetConnections()
    },
    async end(emulator) {
      await emulator.clearFaults()
      // It comes back without knowing anybody.
      const forbidden = { do: 'error', code: 'Forbidden', status: 403 } as const
      await emulator.addFault({ when: { service: 'kubernetes', probability: 0.5 }, effect: forbidden })
    },
  },
  {
    name: "AWS's clock is ahead",
    begin: (emulator) => emulator.setClockOffset(900),
    end: (emulator) => emulator.setClockOffset(0),
  },
  clockStep('the clock jumps ahead', 7_200),
  clockStep('the clock jumps back', -900),
  { name: 'a rolling update', begin: (_emulator, node) => node.replace() },
  {
    name: 'no room for volumes',
    begin: (_emulator, node) => node.setFull(true),
    end: (_emulator, node) => node.setFull(false),
  },
  {
    name: 'no descriptors',
    begin: (_emulator, node) => node.limitDescriptors(0),
    end: (_emulator, node) => node.limitDescriptors(),
  },
  {
    name: 'few descriptors',
    begin: (_emulator, node) => node.limitDescriptors(4),
    end: (_emulator, node) => node.limitDescriptors(),
  },
]

function stores(name: string, effect: FaultEffect, probability: number): Trouble {
  return faulty(name, [{ when: { service: 'secretsmanager', probability }, effect }])
}

/** All of the region, also for connections that are open. */
function silence(name: string, effect: FaultEffect): Trouble {
  return faulty(name, [{ when: { region: homeRegion }, effect }])
}

function faulty(name: string, faults: readonly Fault[]): Trouble {
  return {
    name,
    async begin(emulator) {
      for (const fault of faults) await emulator.addFault(fault)
      await emulator.resetConnections()
    },
    end: (emulator) => emulator.clearFaults(),
  }
}

function clockStep(name: string, seconds: number): Trouble {
  return {
    name,
    begin: (_emulator, node) => node.setClock(seconds),
    end: (_emulator, node) => node.setClock(0),
  }
}
