import type { PlanWarning } from './finding.ts'

/** A warning whose sentence is made when somebody will read it: advice on a misspelt name costs a comparison with each known one. */
export interface LazyWarning extends Omit<PlanWarning, 'message'> {
  message(): string
}

/** Hears of what is odd. */
export type WarningSink = (warning: LazyWarning) => void

const maxWarnings = 100

/** Collects the first hundred places that are warned of: what an alias shares is one place, and the last sentence counts. */
export function collectWarnings(): { readonly warn: WarningSink; made(): readonly PlanWarning[] } {
  const places = new Map<string, LazyWarning>()
  return {
    warn(warning) {
      const place = `${warning.line}:${warning.column}`
      if (places.size < maxWarnings || places.has(place)) places.set(place, warning)
    },
    made: () => Array.from(places.values(), (lazy) => ({ ...lazy, message: lazy.message() })),
  }
}
