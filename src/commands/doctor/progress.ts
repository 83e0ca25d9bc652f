import type { Screen } from '../screen.ts'

const quietMs = 1_000
const repeatMs = 5_000

/** Says on standard error what is still being waited for, once it takes longer than a second. */
export function createProgress(screen: Screen): {
  readonly waitingFor: (names: readonly string[]) => void
  readonly end: () => void
} {
  const begun = performance.now()
  let waiting: readonly string[] = []
  let timer = setTimeout(tell, quietMs)

  function tell(): void {
    const seconds = Math.round((performance.now() - begun) / 1000)
    screen.status(`waiting for ${waiting.join(', ')} (${seconds} s)`)
    timer = setTimeout(tell, repeatMs)
  }

  return {
    waitingFor: (names) => {
      waiting = names
    },
    end() {
      clearTimeout(timer)
      screen.status('')
    },
  }
}
