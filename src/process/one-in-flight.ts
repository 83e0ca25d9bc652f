/** Lets all who ask while work is under way share its answer: whoever asks often makes no more work than one. */
export function oneInFlight<T>(run: () => Promise<T>): () => Promise<T> {
  let flight: Promise<T> | undefined
  return () => {
    flight ??= run().finally(() => {
      flight = undefined
    })
    return flight
  }
}
