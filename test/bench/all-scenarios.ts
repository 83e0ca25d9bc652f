import type { Scenario } from './scenario.ts'
import { batchScenarios } from './scenarios/batch-reads.ts'
import { chaosScenarios } from './scenarios/chaos.ts'
import { confinedScenarios } from './scenarios/confined.ts'
import { enduranceScenarios } from './scenarios/endurance.ts'
import { failoverScenarios } from './scenarios/failover.ts'
import { hostileScenarios } from './scenarios/hostile.ts'
import { loadScenarios } from './scenarios/load.ts'
import { oneMountScenarios } from './scenarios/one-mount.ts'
import { startScenarios } from './scenarios/start.ts'
import { stormScenarios } from './scenarios/storm.ts'

/** In the order in which they run. */
export const scenarios: readonly Scenario[] = [
  ...startScenarios,
  ...oneMountScenarios,
  ...stormScenarios,
  ...batchScenarios,
  ...failoverScenarios,
  ...loadScenarios,
  ...confinedScenarios,
  ...hostileScenarios,
  ...chaosScenarios,
  ...enduranceScenarios,
]
