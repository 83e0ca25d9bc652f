/** An expression that was stopped, or called a function wrongly; the message holds no data. */
export class JmesFault extends Error {
  readonly costly: boolean

  constructor(message: string, costly = false) {
    super(message)
    this.costly = costly
  }
}

/**
 * What one expression may still do: `spend` throws once it is used up.
 *
 * A unit is one node visited, one list element touched, or four characters of text made or compared; nothing
 * is allocated before it is paid for. So a million units bound the work to some tens of milliseconds and the
 * memory to some tens of megabytes, whatever the expression: `[@,@]|[@,@]|…` doubles with every step.
 */
export interface JmesBudget {
  spend(units: number): void
  spendText(length: number): void
}

export function jmesBudget(units = 1_000_000): JmesBudget {
  let left = units
  const spend = (spent: number) => {
    left -= spent
    if (left < 0) throw new JmesFault('it takes too much work', true)
  }
  return { spend, spendText: (length) => spend(Math.ceil(length / 4)) }
}

/** Secret values nest a few levels; this keeps recursion away from the end of the stack. */
export const maxDataDepth = 500

export function tooDeepData(): JmesFault {
  return new JmesFault(`the data is nested more than ${maxDataDepth} levels deep`, true)
}
