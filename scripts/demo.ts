import { spawnSync } from 'node:child_process'
import { relative } from 'node:path'
import { startEmulator } from '../test/emulator/emulator.ts'
import { examplesWorld } from '../test/fixtures/examples-world.ts'
import { startProvider } from '../test/harness/provider.ts'
import { enterNamespace, haveAgentAddresses } from './demo/namespace.ts'
import { loseRegion, makeMistakes, mountExamples, rotate } from './demo/scenes.ts'
import { heading, say } from './demo/show.ts'

/**
 * node scripts/demo.ts [--fast]
 * Plays a node for the packaged executable: the driver's calls, AWS, Kubernetes; everything on loopback. On a terminal
 * it waits for Enter between the scenes, but for --fast.
 */
async function demo(): Promise<void> {
  const agent = haveAgentAddresses()
  const podIdentity = agent
    ? [
        { address: '169.254.170.23', port: 80 },
        { address: 'fd00:ec2::23', port: 80 },
      ]
    : []
  const emulator = await startEmulator({ world: examplesWorld(), podIdentity })
  const provider = await startProvider(emulator, { flags: ['--allow-file-owner'] })
  const executable = relative(process.cwd(), provider.process.spawnfile)
  let mounted = 0
  let calls: Readonly<Record<string, number>>
  try {
    say(`executable   ${executable}`, 0)
    say(`socket       ${provider.socket} (answered ${Math.round(provider.readyMs)} ms after the start)`, 0)
    say(`AWS          an emulator behind ${emulator.addresses.proxy}: real host names, TLS of its own CA`, 0)
    mounted = await mountExamples(emulator, provider, agent)
    await rotate(emulator, provider)
    await loseRegion(emulator, provider)
    await makeMistakes(emulator, provider)
    ;({ calls } = emulator.counters())
  } finally {
    await provider.stop()
    await emulator.close()
  }
  heading('Done')
  say('Everything is stopped and removed. It took these calls:')
  for (const [call, count] of Object.entries(calls))
    process.stdout.write(`${String(count).padStart(6)} × ${call}\n`)
  process.stdout.write('\n')
  say(
    `Shown: ${mounted} classes of deployment/examples mounted, a secret rotated, a region lost without a failed mount, and all mistakes of a class explained at once.`,
    0,
  )
  say(`Next: check a class of yours with "${executable} validate FILE", or install it: docs/install.md.`, 0)
}

if (haveAgentAddresses() || process.argv.includes('--as-is')) await demo()
else {
  const code = enterNamespace(spawnSync)
  if (code === undefined) await demo()
  else process.exitCode = code
}
