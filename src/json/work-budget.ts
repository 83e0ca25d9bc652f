/** Work that was stopped because it costs too much; the message holds no data. */
export class CostFault extends Error {}

/**
 * What the values of one mount may still be worked on, by all extracts together: `spend` throws a CostFault
 * once it is used up.
 *
 * A unit is one node visited, one list element touched, four bytes of text made (as they are held), or four characters compared; a list or object that
 * an expression makes takes some more, and a large result is paid for before it is made. A million units are at most 0.3 s
 * of a core and 40 MB, whatever the expressions (`[@,@]|[@,@]|…` doubles with every step) and however many of them; everyday
 * ones need some hundred units and one for each list element they look at.
 */
export interface WorkBudget {
  spend(units: number): void
  spendText(length: number): void
  /** Pays for reading an expression, which takes about as long as four visits a character. */
  spendSource(length: number): void
}

/** What a list or object that an expression makes takes beside what it is made of: it leaves garbage, too. */
export const unitsOfMade = 4

/** Makes the budget of one mount, in units of about one value looked at. */
export function workBudget(units = 1_000_000): WorkBudget {
  let left = units
  const spend = (spent: number) => {
    left -= spent
    if (left < 0) throw new CostFault('it takes too much work, alone or together with those before it')
  }
  return {
    spend,
    spendText: (length) => spend(Math.ceil(length / 4)),
    spendSource: (length) => spend(length * 4),
  }
}

/** What one piece of work may take of a budget: it ends where either is used up. 250,000 units hold the event loop for a twentieth of a second. */
export function partOf(budget: WorkBudget, units = 250_000): WorkBudget {
  const part = workBudget(units)
  return {
    spend(spent) {
      part.spend(spent)
      budget.spend(spent)
    },
    spendText(length) {
      part.spendText(length)
      budget.spendText(length)
    },
    spendSource(length) {
      part.spendSource(length)
      budget.spendSource(length)
    },
  }
}

/** Secret values nest a few levels; this keeps recursion away from the end of the stack. */
export const maxDataDepth = 500

/** The fault of data that is nested too deeply to be walked. */
export function tooDeepData(): CostFault {
  return new CostFault(`the data is nested more than ${maxDataDepth} levels deep`)
}
