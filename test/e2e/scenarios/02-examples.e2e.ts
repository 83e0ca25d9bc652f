import { exampleFiles, playExample } from '../cluster/example.ts'
import { withoutAgent } from '../cluster/node.ts'
import { scenario } from '../cluster/scene.ts'

// What gives files away needs a provider that may: 18-file-owner.
for (const file of exampleFiles().filter((each) => !each.includes('file-owner'))) {
  scenario(
    `deployment/examples/${file} mounts as it stands`,
    ({ namespace }) => playExample(file, namespace),
    { skip: file.startsWith('pod-identity') && withoutAgent(file.includes('ipv6') ? 'ipv6' : 'ipv4') },
  )
}
