import type { Fault } from '../../emulator/faults.ts'
import {
  bigSecrets,
  blackHoleRegion,
  brokenRegion,
  documentSecret,
  farRegion,
  homeRegion,
  keyedSecret,
  names,
  silentRegions,
} from '../bench-world.ts'
import { objectsOf } from '../load.ts'

/** What somebody may write who wants to hurt his neighbours, and how his pods come. */
export interface HostileClass {
  readonly name: string
  readonly parameters: Readonly<Record<string, string>>
  /** How each of its mounts must end; the empty text is success. */
  readonly ends: RegExp
  /** Pods that mount at the same time; 2 unless told. */
  readonly pods?: number
  /** Milliseconds after which the caller goes away; kubelet's two minutes unless told. */
  readonly patienceMs?: number
}

const [silent, alsoSilent] = silentRegions
const blanks = ' '.repeat(100_000)
/** The most that the driver sends again: a class has no more characters. */
const largest = 230_000

/** So many extracts of the whole text of a large secret; merged, so that each costs few characters. */
function extracts(count: number): string {
  const more = Array.from({ length: count - 1 }, (_, at) => `    - {<<: *x, objectAlias: a${at + 1}}`)
  const first = `- objectName: ${documentSecret}\n  objectType: secretsmanager\n  jmesPath:\n    - &x {path: text, objectAlias: a0}`
  return [first, ...more].join('\n')
}

/** So many objects, each of whose five hundred keys is a file. */
function keysOf(count: number): string {
  const objects = names('prefix', count).map((prefix) => ({
    objectName: keyedSecret,
    objectType: 'secretsmanager',
    expandKeys: { prefix },
  }))
  return JSON.stringify(objects)
}

function aliases(count: number): string {
  const more = Array.from({ length: count - 1 }, (_, at) => `- {<<: *x, objectAlias: a${at + 1}}`)
  return ['- &x {objectName: big-0, objectType: secretsmanager, objectAlias: a0}', ...more].join('\n')
}

function one(rest: Readonly<Record<string, unknown>>): string {
  return JSON.stringify([{ objectName: documentSecret, objectType: 'secretsmanager', ...rest }])
}

function repeated(word: string, length = largest): string {
  return word.repeat(Math.floor(length / word.length))
}

const inRegion = (region: string, objects: string) => ({ region, objects })
const dead = objectsOf(names('secret', 170))

/** Each kind once. */
export const hostileClasses: readonly HostileClass[] = [
  {
    name: 'more files than there may be',
    ends: / TOO_MANY_FILES:/,
    parameters: { objects: extracts(6_000) },
  },
  {
    name: 'files for the keys of 600 objects',
    ends: / TOO_MANY_FILES:/,
    parameters: { objects: keysOf(600) },
  },
  { name: 'extracts of 150 MiB', ends: / VOLUME_TOO_LARGE:/, parameters: { objects: extracts(2_400) } },
  { name: 'aliases of 400 MiB', ends: / OBJECTS_TOO_LARGE:/, parameters: { objects: aliases(6_500) } },
  { name: 'aliases of 9 MiB', ends: / VOLUME_TOO_LARGE:/, parameters: { objects: aliases(140) } },
  {
    name: 'a file for each of a thousand extracts',
    ends: /^$/,
    parameters: { objects: extracts(1_000).replace('text', '"list[0]"') },
  },
  {
    name: 'a version of blanks',
    ends: / FIELD_TOO_LONG:/,
    parameters: {
      objects: `- objectName: ${documentSecret}\n  objectType: secretsmanager\n  objectVersion: "${' '.repeat(200_000)}"\n`,
    },
  },
  {
    name: 'what AWS says, with blanks',
    ends: / OBJECT_REFUSED:/,
    parameters: { objects: objectsOf(['blanks']) },
  },
  {
    name: 'six thousand mistakes',
    ends: / TOO_MANY_FILES:/,
    parameters: { objects: repeated('- objectName: a\n', 96_000) },
  },
  {
    name: 'words of YAML',
    ends: / OBJECTS_TOO_LARGE:/,
    parameters: { objects: `[${repeated('a,', 200_000)}]` },
  },
  { name: 'depths of YAML', ends: / OBJECTS_TOO_LARGE:/, parameters: { objects: repeated('[') } },
  {
    name: 'quotes of YAML',
    ends: / FIELD_TOO_LONG:/,
    parameters: { objects: `- objectName: "${repeated('\\u0061', 100_000)}"` },
  },
  {
    name: 'aliases of aliases',
    ends: / OBJECTS_TOO_LARGE:/,
    parameters: {
      objects: names('a', 40)
        .map((name, at) => `- &${name} [${at === 0 ? 'x' : repeated(`*a-${at - 1},`, 2_000)}]`)
        .join('\n'),
    },
  },
  {
    name: 'thousands of merges into thousands of keys',
    ends: / OBJECT_EMPTY:/,
    parameters: {
      objects: `[&a {}, {${names('k', 12_000)
        .map((name) => `${name.replace('-', '')}: x`)
        .join()}, <<: [${repeated('*a,', 72_000)}]}]`,
    },
  },
  {
    name: 'a request that is too large',
    ends: / REQUEST_TOO_LARGE:/,
    parameters: { objects: `# ${repeated('x', 250_000)}` },
  },
  {
    name: 'a costly extract',
    ends: / EXTRACT_TOO_COSTLY:/,
    parameters: {
      objects: one({
        jmesPath: [
          {
            path: 'to_string(list[*].[@, @][].[@, @][].[@, @][].[@, @][].[@, @][].[@, @][].[@, @][].[@, @][])',
            objectAlias: 'a',
          },
        ],
      }),
    },
  },
  {
    name: 'regions that are none',
    ends: / REGION_MALFORMED:/,
    parameters: { region: `us-${repeated('x', 50_000)}-1`, objects: dead },
  },
  { name: 'a region in silence', ends: / STS_UNREACHABLE:/, parameters: inRegion(silent, dead) },
  { name: 'another region in silence', ends: / STS_UNREACHABLE:/, parameters: inRegion(alsoSilent, dead) },
  {
    name: 'a region that is a black hole',
    ends: / STS_UNREACHABLE:/,
    parameters: inRegion(blackHoleRegion, dead),
  },
  {
    name: 'large answers that break off',
    ends: /^$| (STORE|STS)_UNREACHABLE:/,
    parameters: inRegion(brokenRegion, objectsOf(names('big', bigSecrets))),
  },
  {
    name: 'callers that go away while a host is asked for the first time',
    ends: /^$|^DEADLINE_EXCEEDED | MOUNT_TIMED_OUT:/,
    parameters: inRegion(farRegion, objectsOf(names('secret', 50))),
    pods: 8,
    patienceMs: 60,
  },
  {
    name: 'a store in silence',
    ends: / STORE_UNREACHABLE:/,
    parameters: { objects: objectsOf([], names('/app/parameter', 50)) },
    pods: 60,
  },
  {
    name: 'regions by the dozen',
    ends: / STORE_UNREACHABLE:/,
    parameters: {
      objects: JSON.stringify(
        Array.from({ length: 90 }, (_, at) => {
          const objectRegion = `${['ap', 'eu', 'me'][at % 3]}-${['south', 'west', 'east'][Math.floor(at / 3) % 3]}-${10 + at}`
          const objectName = `arn:aws:secretsmanager:${objectRegion}:111122223333:secret:secret-0-AbCdEf`
          return { objectName, objectAlias: `a${at}`, objectRegion }
        }),
      ),
    },
  },
]

/** What the world must do for them. It is silent towards those alone who ask for it. */
export const hostileFaults: readonly Fault[] = [
  ...silentRegions.map((region): Fault => ({ when: { region }, effect: { do: 'hang-after-tls' } })),
  { when: { region: homeRegion, service: 'ssm' }, effect: { do: 'hang' } },
  ...(['cut', 'reset-body', 'close'] as const).map(
    (effect): Fault => ({ when: { region: brokenRegion, probability: 0.4 }, effect: { do: effect } }),
  ),
  {
    when: { service: 'secretsmanager', name: 'blanks' },
    effect: { do: 'error', code: 'ValidationException', message: `Value '${blanks}' is no version` },
  },
]
