import assert from 'node:assert/strict'
import { test } from 'node:test'
import { claimedPod } from './claimed-pod.ts'

const whole = {
  'csi.storage.k8s.io/pod.name': 'web-0',
  'csi.storage.k8s.io/pod.namespace': 'shop',
  'csi.storage.k8s.io/pod.uid': '8b6e7e39-8a09-4c03-9a5a-6af188d71042',
  'csi.storage.k8s.io/serviceAccount.name': 'web',
}

for (const [sentence, attributes, expected] of [
  [
    'all there is',
    JSON.stringify({ ...whole, objects: 1 }),
    { name: 'web-0', namespace: 'shop', uid: whole['csi.storage.k8s.io/pod.uid'], serviceAccount: 'web' },
  ],
  ['nothing of what is not JSON', '{', {}],
  ['nothing of what is no object', 'null', {}],
  [
    'nothing that is no name',
    JSON.stringify({
      ...whole,
      'csi.storage.k8s.io/pod.name': 'eyJhbGciOi.J',
      'csi.storage.k8s.io/pod.uid': {},
      'csi.storage.k8s.io/pod.namespace': 'a\nb',
    }),
    { serviceAccount: 'web' },
  ],
  [
    'nothing of what is longer than any class',
    JSON.stringify({ ...whole, objects: ' '.repeat(2 ** 21) }),
    {},
  ],
  ['nothing inherited', '{"__proto__":{"csi.storage.k8s.io/pod.name":"a"}}', {}],
] as const) {
  test(`of a request that cannot be read the log names ${sentence}`, () => {
    assert.deepEqual(claimedPod(attributes), expected)
  })
}
