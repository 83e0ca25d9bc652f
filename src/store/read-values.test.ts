import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AwsFailure } from '../aws/failures/failure.ts'
import { RegionHealth } from '../aws/region-health.ts'
import type { Session } from '../identity/session.ts'
import type { MountPlan, PlannedObject, Store } from '../plan/mount-plan.ts'
import { createStores } from './create-stores.ts'
import { type PlanValues, valuesIn } from './object-value.ts'
import { ReadFaults } from './read-faults.ts'
import { readValues } from './read-values.ts'
import { mostMembers } from './value-budget.ts'

const primary = 'us-east-1'
const failover = 'us-west-2'

/**
 * Reads from stores of which each value has as many bytes as its name says behind the last slash, unless it is of the
 * failover region. `failing` is a region and a secret.
 */
function read(
  plan: Pick<MountPlan, 'regions' | 'objects'>,
  {
    maxBytes = 100,
    failing = '',
    failoverBytes,
  }: { maxBytes?: number; failing?: string; failoverBytes?: number } = {},
) {
  const counts = { pages: 0, atOnce: 0, peak: 0 }
  const during = async () => {
    counts.atOnce += 1
    counts.peak = Math.max(counts.peak, counts.atOnce)
    await new Promise((resume) => setImmediate(resume))
    counts.atOnce -= 1
  }
  const textOf = (region: string, name: string) =>
    'x'.repeat(
      region === failover && failoverBytes !== undefined ? failoverBytes : Number(name.split('/').at(-1)),
    )
  const secretOf = (region: string, Name: string) => ({
    Name,
    VersionId: 'v',
    SecretString: textOf(region, Name),
    requestId: undefined,
  })
  const clients = {
    async getSecretValue(region: string, { SecretId }: { SecretId: string }) {
      const call = { service: 'secretsmanager', region, operation: 'GetSecretValue' } as const
      if (`${region} ${SecretId}` === failing)
        throw new AwsFailure(call, 'server', 'InternalServiceError', '')
      await during()
      return secretOf(region, SecretId)
    },
    async getParameters(region: string, { Names }: { Names: readonly string[] }) {
      // Later than secrets.
      await during()
      await during()
      const Parameters = Names.map((Name) => ({ Name, Value: textOf(region, Name), Version: 1 }))
      return { Parameters, InvalidParameters: [], requestId: undefined }
    },
    async getParametersByPath(_: string, { Path, NextToken = '0' }: { Path: string; NextToken?: string }) {
      counts.pages += 1
      const from = Number(NextToken)
      const Parameters = Array.from({ length: 10 }, (_, at) => ({
        Name: `${Path}/${from + at}`,
        Value: 'x',
        Version: 1,
      }))
      const next = from + 10 < 1_000 ? { NextToken: `${from + 10}` } : {}
      return { Parameters, ...next, requestId: undefined }
    },
    async batchGetSecretValue(region: string) {
      await during()
      return { SecretValues: [secretOf(region, 'q/60')], requestId: undefined }
    },
  }
  const observer = { answered() {}, failed() {} }
  const health = new RegionHealth()
  const values = readValues(
    { ...plan, warnings: [] },
    { id: 's', identity: 'i', clients } as unknown as Session,
    new AbortController().signal,
    {
      stores: createStores({ health, observer, maxTries: 1 }),
      health,
      observer,
      onFailover() {},
      maxBytes,
    },
  )
  return { values, counts }
}

function object(name: string, store: Store, more: Partial<PlannedObject> = {}): PlannedObject {
  return { name, store, reads: [{ name }], extracts: [], ...more }
}

const both = (name: string, store: Store) => object(name, store, { reads: [{ name }, { name }] })
const query = (region: string) => {
  const set = { kind: 'query', filters: [], include: [], exclude: [], limit: 1 } as const
  return object('q', 'secretsmanager', { region, reads: [{ name: 'q', set }] })
}
const path = (name: string) => {
  const set = { kind: 'path', recursive: true, include: [], exclude: [], limit: 1_000 } as const
  return object(name, 'ssmparameter', { reads: [{ name, set }] })
}

/** Of each value, where it is from and how many bytes are there; a minus for those that are not. */
function shown(values: PlanValues) {
  return values
    .flatMap(valuesIn)
    .map(({ region, content, leftOut }) => `${region} ${content.reveal().byteLength || -(leftOut ?? 0)}`)
}

test('what is read in all regions that objects name counts together', async () => {
  const objects = [primary, failover, 'eu-west-1'].map((region) =>
    object('s/60', 'secretsmanager', { region }),
  )
  const { values } = read({ regions: [primary], objects })
  assert.deepEqual(shown(await values), [`${primary} 60`, `${failover} -60`, 'eu-west-1 -60'])
})

test('both stores count together', async () => {
  const { values } = read({
    regions: [primary],
    objects: [object('s/60', 'secretsmanager'), object('p/60', 'ssmparameter')],
  })
  assert.equal(shown(await values).filter((each) => each.includes(' -')).length, 1)
})

test('what is read in the failover region takes nothing from the primary one', async () => {
  const { values } = read({ regions: [primary, failover], objects: [both('s/90', 'secretsmanager')] })
  assert.deepEqual(shown(await values), [`${primary} 90`])
})

test('members of sets count with all else', async () => {
  const { values } = read({ regions: [primary], objects: [query(primary), query(failover)] })
  assert.deepEqual(shown(await values), [`${primary} 60`, `${failover} -60`])
})

test('sets of several regions that may come to more than is kept are read one after the other', async () => {
  const regions = [primary, failover, 'eu-west-1', 'eu-west-2']
  const inTurn = read({ regions: [primary], objects: regions.map(query) })
  await inTurn.values
  assert.equal(inTurn.counts.peak, 1)
  const atOnce = read({ regions: [primary], objects: regions.map(query) }, { maxBytes: 2 ** 20 })
  await atOnce.values
  assert.equal(atOnce.counts.peak, 4)
})

test('a mount has as many calls under way to all regions of a store as to one', async () => {
  const regions = [primary, failover, 'eu-west-1']
  const objects = regions.flatMap((region) =>
    Array.from({ length: 40 }, (_, at) => object(`s${at}/1`, 'secretsmanager', { region })),
  )
  const { values, counts } = read({ regions: [primary], objects })
  await values
  assert.equal(counts.peak, 50)
})

test('what was left out for the sake of values that were not used in the end is read again', async () => {
  const objects = [
    both('s/60', 'secretsmanager'),
    both('s/1', 'secretsmanager'),
    both('p/60', 'ssmparameter'),
  ]
  const plan = { regions: [primary, failover], objects } as const
  const failing = `${primary} s/1`
  const fits = read(plan, { failing, failoverBytes: 20 })
  assert.deepEqual(shown(await fits.values), [`${failover} 20`, `${failover} 20`, `${primary} 60`])
  const over = read(plan, { failing, failoverBytes: 36 })
  assert.deepEqual(shown(await over.values), [`${failover} 36`, `${failover} 36`, `${primary} -60`])
})

test('all members of sets come, also more than a volume may have files: some may give none', async () => {
  const { values } = read(
    { regions: [primary], objects: ['/a', '/b', '/c', '/d', '/e'].map(path) },
    { maxBytes: 2 ** 20 },
  )
  assert.equal((await values).flatMap(valuesIn).length, 5_000)
})

test('sets that have too many members together are a fault, said once, and no more is read', async () => {
  const { values, counts } = read(
    { regions: [primary], objects: Array.from({ length: 100 }, (_, at) => path(`/${at}`)) },
    { maxBytes: 2 ** 20 },
  )
  await assert.rejects(values, (error: unknown) => {
    assert.ok(error instanceof ReadFaults)
    assert.deepEqual(
      error.objectFaults.map(({ fault }) => fault.code),
      ['TOO_MANY_FILES'],
    )
    return true
  })
  assert.equal(counts.pages, mostMembers / 10 + 1)
})
