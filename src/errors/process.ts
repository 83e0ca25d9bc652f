import { kind, quote } from './kind.ts'

/** What is wrong with the process itself: flags, environment, shutting down, a defect of ours. */
export const processErrors = {
  SETTING_INVALID: kind<{ setting: string; received: string; expected: string }>({
    status: 'FAILED_PRECONDITION',
    cause: 'A flag or environment variable has a value that cannot be used.',
    remedy: 'Change the flag or variable that the message names.',
    sentence: ({ setting, received, expected }) => `${setting} is ${quote(received)}: expected ${expected}`,
  }),
  SHUTTING_DOWN: kind<Record<never, never>>({
    status: 'INTERNAL',
    cause: 'The provider was stopped (update, eviction, node drain) while the mount was under way.',
    remedy: 'None needed: kubelet mounts the volume again, and the next provider pod answers.',
    sentence: () => 'the provider is shutting down; kubelet will try this mount again',
  }),
  MOUNT_TIMED_OUT: kind<{ seconds: number; stage: string }>({
    status: 'INTERNAL',
    cause: 'The mount did not end within its time (100 s, or the caller’s deadline less 5 s).',
    remedy:
      'The message names the stage that was under way: look there (AWS or the Kubernetes API cannot be reached, or the node is overloaded).',
    sentence: ({ seconds, stage }) => `the mount was given up after ${seconds} s while ${stage}`,
  }),
  INTERNAL_FAULT: kind<Record<never, never>>({
    status: 'INTERNAL',
    cause: 'A defect of the provider. The details are in its log, never in the event.',
    remedy: 'Report it with the log lines of this mount.',
    sentence: () => 'the provider failed unexpectedly; its log has the details',
  }),
}
