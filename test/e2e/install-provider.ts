import { readFileSync } from 'node:fs'
import { installProvider } from './cluster/install.ts'

/** Installs the provider as its README says, with the emulator for its AWS. */
await installProvider(
  readFileSync(new URL('../../deployment/aws-provider-installer.yaml', import.meta.url), 'utf8'),
)
