/** A page of metrics as a scraper takes it. */
export interface Exposition {
  readonly contentType: string
  readonly body: string
}

/**
 * Writes Prometheus' text (0.0.4) in the format that the scraper's Accept header asks for: OpenMetrics 1.0, or as
 * it is. Expects counters, gauges and histograms, counters named `…_total`.
 */
export function expose(prometheusText: string, accept: string | undefined): Exposition {
  return wantsOpenMetrics(accept ?? '')
    ? {
        contentType: 'application/openmetrics-text; version=1.0.0; charset=utf-8',
        body: toOpenMetrics(prometheusText),
      }
    : { contentType: 'text/plain; version=0.0.4; charset=utf-8', body: prometheusText }
}

/** OpenMetrics names the family of a counter without its suffix, allows no empty line, and ends with a mark. */
function toOpenMetrics(text: string): string {
  const lines = text.split('\n').filter((line) => line !== '')
  const counters = new Set(
    lines.flatMap((line) => {
      const [, type, name, kind] = line.split(' ')
      return line.startsWith('# ') && type === 'TYPE' && kind === 'counter' && name !== undefined
        ? [name]
        : []
    }),
  )
  const renamed = lines.map((line) => {
    const [, , name = ''] = line.startsWith('# ') ? line.split(' ', 3) : []
    return counters.has(name) ? line.replace(name, name.replace(/_total$/, '')) : line
  })
  return `${renamed.join('\n')}\n# EOF\n`
}

/** OpenMetrics where the header names it with no less weight than plain text. */
function wantsOpenMetrics(accept: string): boolean {
  const weightOf = (type: RegExp) =>
    Math.max(
      0,
      ...accept
        .split(',')
        .map((range) => range.split(';').map((part) => part.trim().toLowerCase()))
        .filter(([name = '', ...parameters]) => type.test(name) && !isOtherVersion(name, parameters))
        .map(([, ...parameters]) => qualityOf(parameters)),
    )
  const openMetrics = weightOf(/^application\/openmetrics-text$/)
  return openMetrics > 0 && openMetrics >= weightOf(/^(text\/plain|text\/\*|\*\/\*)$/)
}

function isOtherVersion(name: string, parameters: readonly string[]): boolean {
  const version = parameters.find((part) => part.startsWith('version='))?.slice('version='.length)
  return name === 'application/openmetrics-text' && !(version === undefined || version.startsWith('1.0'))
}

function qualityOf(parameters: readonly string[]): number {
  const q = parameters.find((part) => part.startsWith('q='))?.slice('q='.length)
  if (q === undefined) return 1
  return Number.isFinite(Number(q)) ? Number(q) : 0
}
