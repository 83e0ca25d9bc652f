import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ownNetwork, runTestsIn } from '../harness/own-network.ts'

const network = ownNetwork()
const skip = network === undefined ? 'needs root, or user namespaces, for a network of its own' : false

for (const [title, file] of [
  ['Pod Identity, with the agent at its own addresses', 'pod-identity.inside.ts'],
  ['the examples of Pod Identity', 'pod-identity-examples.inside.ts'],
] as const) {
  test(title, { skip }, async () => {
    const { code, output } = await runTestsIn(network ?? [], new URL(file, import.meta.url))
    assert.equal(code, 0, output)
    assert.match(output, /^ℹ pass [1-9]/m)
  })
}
