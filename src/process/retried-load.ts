/** Something that is made once, when it is first needed. */
export interface RetriedLoad<T> {
  /** Whether the last try failed; the next one who asks tries again. */
  readonly failed: boolean
  get(): Promise<T>
}

/** Keeps what `load` gives once it succeeds; a failure is thrown to all who wait for it, and not kept. */
export function retriedLoad<T>(load: () => Promise<T>): RetriedLoad<T> {
  let loading: Promise<T> | undefined
  let failed = false
  return {
    get failed() {
      return failed
    },
    get() {
      loading ??= load().then(
        (loaded) => {
          failed = false
          return loaded
        },
        (error: unknown) => {
          failed = true
          loading = undefined
          throw error
        },
      )
      return loading
    },
  }
}
