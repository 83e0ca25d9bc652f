import assert from 'node:assert/strict'
import { test } from 'node:test'
import { barChart, lineChart } from './chart.ts'

const bar = { label: 'one', value: 2, minimum: 1, maximum: 3 }

test('a bar chart says in words what is drawn, and no more', () => {
  const plain = barChart({ title: 'T', unit: 'ms', bars: [bar] })
  assert.match(plain, /median of ours/)
  assert.doesNotMatch(plain, /official|budget/)
  const full = barChart({ title: 'T', unit: 'ms', bars: [{ ...bar, other: 4, limit: 1 }] })
  assert.match(full, /median of the official provider/)
  assert.match(full, /or the budget/)
})

test('every colour has a light and a dark side, and none stands outside the style', () => {
  const points = [
    [0, 1],
    [1, 2],
  ] as const
  for (const svg of [
    barChart({ title: 'T', unit: 'ms', bars: [{ ...bar, other: 4, limit: 1 }] }),
    lineChart({ title: 'T', xLabel: 'x', yLabel: 'y', points }),
  ]) {
    const [, light = '', dark = ''] =
      /<style>([\s\S]*?)@media \(prefers-color-scheme: dark\)([\s\S]*?)<\/style>/.exec(svg) ?? []
    const classes = new Set([...svg.matchAll(/class="([^"]+)"/g)].map(([, name = '']) => name))
    for (const name of classes) {
      assert.ok(light.includes(`.${name}{`) && dark.includes(`.${name}{`), name)
    }
    assert.doesNotMatch(svg.replace(/<style>[\s\S]*<\/style>/, ''), /#[0-9a-f]{6}/)
  }
})
