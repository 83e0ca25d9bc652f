/** Node's and V8's flags in the executable; docs/packaging.md says what each is for, with measurements. */

/**
 * Those that Node's own compiled modules do not mind: given at the start of the process. Where Maglev builds its code has
 * to be among them: a job that is under way when that changes ends the process.
 */
export const startFlags = [
  // For a pod of 100 MiB.
  '--max-semi-space-size=4',
  '--max-old-space-size=64',
  '--v8-pool-size=1',
  '--no-concurrent-recompilation',
  '--no-maglev-build-code-on-background',
  // A signal must not open the inspector, and with it the memory.
  '--disable-sigusr1',
]

/**
 * V8 takes compiled code only from where all of these were the same. Those of Node's own modules were not: so they are
 * set when Node's modules are loaded, and before ours are.
 */
export const lateFlags = [
  '--heap-growing-percent=30',
  '--no-sparkplug',
  '--invocation-count-for-maglev=800',
  '--invocation-count-for-turbofan=15000',
  '--no-maglev-destroy-on-background',
]
