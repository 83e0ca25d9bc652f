/** Where a defect is, for the log, without its message: that could quote what was being read. */
export function describeDefect(error: unknown): Readonly<Record<string, unknown>> {
  if (!(error instanceof Error)) return { type: typeof error }
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line))
  return {
    type: error.name,
    code: (error as NodeJS.ErrnoException).code ?? (error.cause as NodeJS.ErrnoException | undefined)?.code,
    stack: frames.slice(0, 12).map((line) => line.trim()),
  }
}
