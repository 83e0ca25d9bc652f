/** Long after the last JavaScript that could be compiled, and short for whoever waits. */
const backstopMs = 1_000

/**
 * Ends the process with `code` once nothing is under way any more; at the latest a second after the event loop has
 * nothing left but what nobody waits for (a connection to a silent peer, a name that is being looked up).
 *
 * Never by process.exit() at once: that joins V8's worker threads, and one of them that is compiling at that moment
 * can wait for the main thread for ever. Source: https://github.com/nodejs/node/issues/54918; seen in one of a thousand
 * runs of a command, ten at a time on two cores.
 */
export function endProcess(code: number): void {
  process.exitCode = code
  setTimeout(endUnlessWriting, backstopMs, code).unref()
}

/** A reader that is slow still gets all of it. */
function endUnlessWriting(code: number): void {
  if (process.stdout.writableLength + process.stderr.writableLength > 0) endProcess(code)
  else process.exit(code)
}
