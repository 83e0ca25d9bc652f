import { globSync, writeFileSync } from 'node:fs'

/** A wall clock that can be set for one process. Its clock for durations runs on, as after a step on a node. */
export interface SteppedClock {
  readonly environment: Readonly<Record<string, string>>
  set(seconds: number): void
}

/** Makes one with libfaketime, told by `file`; undefined where that is not installed. */
export function createSteppedClock(file: string): SteppedClock | undefined {
  const [library] = process.env.FAKETIME_LIBRARY
    ? [process.env.FAKETIME_LIBRARY]
    : globSync('/usr/lib/*/faketime/libfaketime.so.1')
  if (library === undefined) return undefined
  const set = (seconds: number) => writeFileSync(file, `${seconds < 0 ? '' : '+'}${seconds}\n`)
  set(0)
  return {
    environment: {
      LD_PRELOAD: library,
      FAKETIME_TIMESTAMP_FILE: file,
      FAKETIME_CACHE_DURATION: '1',
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
      NO_FAKE_STAT: '1',
    },
    set,
  }
}
