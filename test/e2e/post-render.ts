import { text } from 'node:stream/consumers'
import { towardsAws } from './cluster/install.ts'

/** Post-renderer for helm: what the chart has rendered, with the emulator for its AWS. */
const objects = await towardsAws(await text(process.stdin))
process.stdout.write(objects.map((object) => `---\n${JSON.stringify(object)}\n`).join(''))
