import { setTimeout as sleep } from 'node:timers/promises'

/**
 * Asks again and again until `check` neither throws nor gives false.
 *
 * @returns What it gave. @throws Its last error, or that it was never so, after `seconds`.
 */
export async function until<T>(seconds: number, what: string, check: () => Promise<T | false>): Promise<T> {
  const end = Date.now() + seconds * 1000
  for (;;) {
    let trouble: unknown
    try {
      const found = await check()
      if (found !== false) return found
    } catch (error) {
      trouble = error
    }
    if (Date.now() > end) {
      throw new Error(`After ${seconds} s it is still not so: ${what}`, { cause: trouble })
    }
    await sleep(500)
  }
}
