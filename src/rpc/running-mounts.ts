import type { ProviderError } from '../errors/provider-error.ts'

/** A Mount call from its arrival until the handler has ended and the answer is out, or the caller gone. */
export interface RunningMount {
  /** Ends the call with this error at once, whatever its handler does. */
  end(error: ProviderError): void
}

/** The mounts under way: grpc-js does not wait for them when it shuts down, so we count. */
export class RunningMounts {
  readonly #mounts = new Set<RunningMount>()
  #waiting: (() => void)[] = []

  get size(): number {
    return this.#mounts.size
  }

  add(mount: RunningMount): void {
    this.#mounts.add(mount)
  }

  delete(mount: RunningMount): void {
    this.#mounts.delete(mount)
    if (this.#mounts.size > 0) return
    for (const done of this.#waiting) done()
    this.#waiting = []
  }

  endAll(error: ProviderError): void {
    for (const mount of [...this.#mounts]) mount.end(error)
  }

  /** Resolves when none is left, or after `ms`. */
  async idle(ms: number): Promise<void> {
    if (this.#mounts.size === 0) return
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms)
      this.#waiting.push(() => {
        clearTimeout(timer)
        resolve()
      })
    })
  }
}
