import assert from 'node:assert/strict'
import { test } from 'node:test'
import { barChart, lineChart } from './chart.ts'

const bar = { label: 'one', ours: { minimum: 1, median: 2, maximum: 3, samples: 3 }, limit: 1.5 }
const other = { name: 'the build before', minimum: 3, median: 4, maximum: 5, samples: 3 }
const [alone, paired] = [[bar], [{ ...bar, other }]].map((bars) =>
  barChart({ title: 'T', unit: 'ms', bars }),
) as [string, string]

test('a bar chart without another program has one bar each', () => {
  assert.equal(
    alone.replace(/<style>[\s\S]*<\/style>\n/, ''),
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 760 126" font-family="sans-serif" font-size="12">
<title>T</title>
<rect width="760" height="126" class="f-paper"/>
<text x="10" y="20" font-size="14" font-weight="bold" class="f-title">T</text>
<rect x="10" y="33" width="16.0" height="10" class="f-ours"/>
<text x="32.0" y="42.0" text-anchor="start" class="f-text">median of ours</text>
<line x1="136.8" y1="38.0" x2="152.8" y2="38.0" class="s-text" stroke-width="1"/>
<text x="158.8" y="42.0" text-anchor="start" class="f-text">least to most</text>
<line x1="265.4" y1="31.0" x2="265.4" y2="45.0" class="s-limit" stroke-width="2"/>
<text x="279.4" y="42.0" text-anchor="start" class="f-text">best that the network allows, or the budget</text>
<line x1="230.0" y1="56.0" x2="230.0" y2="102.0" class="s-grid" stroke-width="1"/><text x="230.0" y="118.0" text-anchor="middle" class="f-text">0</text>
<line x1="376.7" y1="56.0" x2="376.7" y2="102.0" class="s-grid" stroke-width="1"/><text x="376.7" y="118.0" text-anchor="middle" class="f-text">1</text>
<line x1="523.3" y1="56.0" x2="523.3" y2="102.0" class="s-grid" stroke-width="1"/><text x="523.3" y="118.0" text-anchor="middle" class="f-text">2</text>
<line x1="670.0" y1="56.0" x2="670.0" y2="102.0" class="s-grid" stroke-width="1"/><text x="670.0" y="118.0" text-anchor="middle" class="f-text">3</text>
<text x="222.0" y="77.0" text-anchor="end" class="f-text">one</text>
<rect x="230" y="64" width="293.3" height="18" class="f-ours"/>
<line x1="376.7" y1="70.0" x2="670.0" y2="70.0" class="s-text" stroke-width="1"/>
<line x1="450.0" y1="61.0" x2="450.0" y2="85.0" class="s-limit" stroke-width="2"/>
<text x="676.0" y="77.0" text-anchor="start" class="f-text">2 ms</text>
</svg>
`,
  )
})

test('a bar chart says in words what is drawn, and no more', () => {
  assert.match(alone, /median of ours/)
  assert.match(alone, /or the budget/)
  assert.doesNotMatch(alone, /the build before/)
  assert.match(paired, /median of the build before/)
  const { limit: _, ...unlimited } = bar
  assert.doesNotMatch(barChart({ title: 'T', unit: 'ms', bars: [unlimited] }), /budget/)
})

test('the bar of another program stands below ours, with its value, and with an outline beside its colour', () => {
  assert.match(paired, /class="f-other s-text"/)
  const bars = [...paired.matchAll(/<rect x="230" y="(\d+)" width="([\d.]+)"/g)]
  assert.deepEqual(
    bars.map(([, y, width]) => [y, width]),
    [
      ['64', '176.0'],
      ['82', '352.0'],
    ],
  )
  const values = [...paired.matchAll(/y="([\d.]+)"[^>]*>(\d ms)</g)]
  assert.deepEqual(
    values.map(([, y, value]) => [y, value]),
    [
      ['77.0', '2 ms'],
      ['95.0', '4 ms'],
    ],
  )
  assert.doesNotMatch(alone, /class="[^"]*f-other/)
})

test('a long name takes a second line of the legend', () => {
  const name = 'the official provider, version 2.1.0, amd'
  const long = barChart({ title: 'T', unit: 'ms', bars: [{ ...bar, other: { ...other, name } }] })
  assert.match(long, /<text x="32.0" y="62.0"[^>]*>best that the network allows/)
})

test('every colour has a light and a dark side, and none stands outside the style', () => {
  const points = [
    [0, 1],
    [1, 2],
  ] as const
  for (const svg of [paired, lineChart({ title: 'T', xLabel: 'x', yLabel: 'y', points })]) {
    const [, light = '', dark = ''] =
      /<style>([\s\S]*?)@media \(prefers-color-scheme: dark\)([\s\S]*?)<\/style>/.exec(svg) ?? []
    const classes = new Set(
      [...svg.matchAll(/class="([^"]+)"/g)].flatMap(([, names = '']) => names.split(' ')),
    )
    for (const name of classes) {
      assert.ok(light.includes(`.${name}{`) && dark.includes(`.${name}{`), name)
    }
    assert.doesNotMatch(svg.replace(/<style>[\s\S]*<\/style>/, ''), /#[0-9a-f]{6}/)
  }
})
