import type { Random } from './random.ts'

type Change = (input: Buffer, random: Random, words: readonly Buffer[], others: readonly Buffer[]) => Buffer

/** Bytes that decide something in most texts. */
const telling = Buffer.from('\0\t\n\r "\'#$%&()*,-./0123456789:;<=>?@AFZ[\\]^_`afz{|}~\x7f\x80\xff', 'latin1')

const changes: readonly Change[] = [
  // Another byte.
  (input, random) => {
    const changed = Buffer.from(input)
    if (changed.length > 0) changed[random.below(changed.length)] = telling[random.below(telling.length)] ?? 0
    return changed
  },
  // Another bit.
  (input, random) => {
    const changed = Buffer.from(input)
    const at = random.below(changed.length)
    if (changed.length > 0) changed[at] = (changed[at] ?? 0) ^ (1 << random.below(8))
    return changed
  },
  // A byte more.
  (input, random) => splice(input, random.below(input.length + 1), 0, [random.one([...telling])]),
  // A few bytes less.
  (input, random) => splice(input, random.below(input.length + 1), 1 + random.below(8), []),
  // A word more.
  (input, random, words) =>
    words.length === 0 ? input : splice(input, random.below(input.length + 1), 0, random.one(words)),
  // A piece once more, or often.
  (input, random) => {
    const from = random.below(input.length + 1)
    const piece = input.subarray(from, from + 1 + random.below(32))
    const times = random.below(8) === 0 ? 2 + random.below(40) : 1
    return splice(input, random.below(input.length + 1), 0, Buffer.concat(Array(times).fill(piece)))
  },
  // Cut short.
  (input, random) => input.subarray(0, random.below(input.length + 1)),
  // The head of one, the tail of another.
  (input, random, _words, others) => {
    const other = random.one(others)
    return Buffer.concat([
      input.subarray(0, random.below(input.length + 1)),
      other.subarray(random.below(other.length + 1)),
    ])
  },
]

/** Makes another input of one: by a few changes, each by chance. */
export function mutate(
  input: Buffer,
  random: Random,
  words: readonly Buffer[],
  others: readonly Buffer[],
  maxBytes: number,
): Buffer {
  let changed = input
  const times = 1 + random.below(4)
  for (let time = 0; time < times; time += 1) changed = random.one(changes)(changed, random, words, others)
  return changed.subarray(0, maxBytes)
}

function splice(input: Buffer, at: number, drop: number, put: Uint8Array | readonly number[]): Buffer {
  return Buffer.concat([input.subarray(0, at), Buffer.from(put as Uint8Array), input.subarray(at + drop)])
}
