import { kubectl } from './kubectl.ts'

/** What a pod's own container sees of a file. */
export interface SeenFile {
  /** Four octal digits, links followed. */
  readonly mode: string
  /** `uid:gid`. */
  readonly owner: string
  readonly bytes: Buffer
  /** Where the visible name leads, when it is a link. */
  readonly link: string
}

/** One line a file: mode, owner, link, path, content. Hidden directories are the writer's own. */
const look = `cd "$1" && find -L . -path './..*' -prune -o -type f -print | while read -r f; do
  printf '%s|%s|%s|%s|' "$(stat -L -c '%a|%u:%g' "$f")" "$(readlink "$f")" "$f" "$(base64 -w0 "$f")"; echo
done`

/** Every file of a pod's volume by path, read in the pod by its own container. */
export async function readVolume(
  namespace: string,
  pod: string,
  folder = '/mnt',
): Promise<ReadonlyMap<string, SeenFile>> {
  const printed = await kubectl(['exec', '-n', namespace, pod, '--', 'sh', '-c', look, 'sh', folder])
  const files = printed.split('\n').filter((line) => line !== '')
  return new Map(
    files.map((line) => {
      const [mode = '', owner = '', link = '', path = '', content = ''] = line.split('|')
      return [
        path.replace(/^\.\//, ''),
        { mode: mode.padStart(4, '0'), owner, link, bytes: Buffer.from(content, 'base64') },
      ]
    }),
  )
}

/** The same as `mode text` by path, in the order of the paths. */
export async function shownVolume(
  namespace: string,
  pod: string,
  folder?: string,
): Promise<Readonly<Record<string, string>>> {
  const files = await readVolume(namespace, pod, folder)
  return Object.fromEntries(
    [...files]
      .map(([path, { mode, bytes }]) => [path, `${mode} ${bytes}`] as const)
      .sort(([one], [other]) => (one < other ? -1 : 1)),
  )
}
