import * as v from 'valibot'
import type { Check } from '../context.ts'
import { ok } from '../row.ts'

const versionObject = v.object({ gitVersion: v.string() })

/** Does the Kubernetes API answer, and to our token? */
export const checkKubernetesApi: Check = async ({ kubernetes, signal }) => {
  const client = await kubernetes()
  const begun = performance.now()
  const answer = await client.get('/version', signal)
  const ms = Math.round(performance.now() - begun)
  const known = v.safeParse(versionObject, answer)
  return [
    ok(
      'kubernetes api',
      `${known.success ? known.output.gitVersion : 'an unknown version'} answers in ${ms} ms`,
    ),
  ]
}
