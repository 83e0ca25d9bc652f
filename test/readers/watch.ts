import { watch, watchFile } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'

/**
 * node test/readers/watch.ts PACKAGES HOW PATH
 * Watches as a program would, prints "ready", then a line for each event.
 */
const [packages = '', how = '', path = ''] = process.argv.slice(2)
const load = createRequire(join(packages, 'index.js'))
const event = () => process.stdout.write('event\n')
/** Of what is recursive only names that a program knows count: it hears of hidden folders each time. */
const visibleEvent = (name: string | null) => {
  if (!(name ?? '').includes('..2')) event()
}
const ready = () => process.stdout.write('ready\n')

switch (how) {
  case 'fs.watch':
    watch(path, event)
    ready()
    break
  case 'fs.watch, recursive':
    watch(path, { recursive: true }, (_type, name) => visibleEvent(name))
    ready()
    break
  case 'fs.watchFile':
    watchFile(path, { interval: 200 }, event)
    // Its first look is asynchronous.
    setTimeout(ready, 300)
    break
  case 'chokidar':
    load('chokidar').watch(path, { ignoreInitial: true }).on('all', event).on('ready', ready)
    break
  case 'node-watch':
    load('node-watch')(path, { recursive: true }, (_type: string, name: string) => visibleEvent(name)).on(
      'ready',
      ready,
    )
    break
  case 'watchpack':
  case 'watchpack, followSymlinks': {
    const Watchpack = load('watchpack')
    const watchpack = new Watchpack({ aggregateTimeout: 50, followSymlinks: how !== 'watchpack' })
    watchpack.on('change', event)
    watchpack.watch({ files: [path], startTime: Date.now() })
    setTimeout(ready, 1000)
    break
  }
  default:
    throw new Error(`watch.ts does not know ${JSON.stringify(how)}`)
}
