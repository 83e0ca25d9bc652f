import { inspect } from 'node:util'

const mask = '[redacted]'

/**
 * Holds a secret value, token or credential so that no log, error or metric can format it by accident.
 *
 * Every way JavaScript has of turning a value into text gives `[redacted]`; `reveal()` is the one way out
 * and easy to search for.
 */
export class Sensitive<T> {
  readonly #value: T

  constructor(value: T) {
    this.#value = value
  }

  reveal(): T {
    return this.#value
  }

  toString(): string {
    return mask
  }

  toJSON(): string {
    return mask
  }

  [inspect.custom](): string {
    return mask
  }
}
