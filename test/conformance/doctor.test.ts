import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ownNetwork, runTestsIn } from '../harness/own-network.ts'

const network = ownNetwork()

test('doctor as a process, with the agent at its own addresses', {
  skip: network === undefined ? 'needs root, or user namespaces, for a network of its own' : false,
}, async () => {
  const { code, output } = await runTestsIn(network ?? [], new URL('doctor.inside.ts', import.meta.url))
  assert.equal(code, 0, output)
  assert.match(output, /^ℹ pass [1-9]/m)
})
