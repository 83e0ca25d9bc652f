/** Something a page names, and its line, counted from 1. */
export interface Mention {
  readonly text: string
  readonly line: number
}

export interface MarkdownPage {
  /** Targets of links and images. */
  readonly links: readonly Mention[]
  /** Inline code. */
  readonly codes: readonly Mention[]
  /** Lines of fenced blocks that are meant for a shell. */
  readonly commands: readonly Mention[]
}

/** Finds what a page in GitHub's Markdown names; code is not looked through for links. */
export function readMarkdown(text: string): MarkdownPage {
  const page = { links: [] as Mention[], codes: [] as Mention[], commands: [] as Mention[] }
  for (const { line, content, fence } of linesOf(text)) {
    if (fence !== undefined) {
      if (/^(sh|bash|shell|console)?$/.test(fence))
        page.commands.push({ text: content.replace(/^\s*\$ /, '').trim(), line })
      continue
    }
    for (const [, , code = ''] of content.matchAll(inlineCode)) page.codes.push({ text: code.trim(), line })
    const prose = content.replace(inlineCode, '``')
    for (const [, target = ''] of prose.matchAll(/\]\(<?([^)\s>]+)>?(?:\s+"[^"]*")?\)/g))
      page.links.push({ text: target, line })
    const definition = /^\s{0,3}\[[^\]]+\]:\s+<?([^\s>]+)>?/.exec(prose)?.[1]
    if (definition !== undefined) page.links.push({ text: definition, line })
  }
  return page
}

/** The anchors that GitHub gives a page's headings, and those it sets itself. */
export function headingAnchors(text: string): ReadonlySet<string> {
  const anchors = new Set<string>()
  for (const { content, fence } of linesOf(text)) {
    if (fence !== undefined) continue
    for (const [, name = ''] of content.matchAll(/<a\s+(?:name|id)="([^"]+)"/g)) anchors.add(name)
    const heading = /^ {0,3}#{1,6}\s+(.*?)\s*#*\s*$/.exec(content)?.[1]
    if (heading === undefined) continue
    const plain = slug(heading)
    let anchor = plain
    for (let count = 1; anchors.has(anchor); count += 1) anchor = `${plain}-${count}`
    anchors.add(anchor)
  }
  return anchors
}

const inlineCode = /(?<!`)(`+)(?!`)(.+?)(?<!`)\1(?!`)/g

/** Small letters, no punctuation but - and _, a dash for each space; of a link its text. */
function slug(heading: string): string {
  return heading
    .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/<[^>]+>/g, '')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\p{M}\s_-]/gu, '')
    .replace(/\s/g, '-')
}

interface Line {
  readonly line: number
  readonly content: string
  /** The language of the fenced block that the line is in; undefined outside. */
  readonly fence: string | undefined
}

/** The lines of a page, each with the language of the fenced block that it is in. */
export function* linesOf(text: string): Generator<Line> {
  let open: { readonly mark: string; readonly language: string } | undefined
  for (const [index, content] of text.split('\n').entries()) {
    const fence = /^\s*(`{3,}|~{3,})\s*(\S*)/.exec(content)
    if (fence === null) yield { line: index + 1, content, fence: open?.language }
    else if (open === undefined) open = { mark: fence[1] ?? '', language: fence[2] ?? '' }
    else if ((fence[1] ?? '').startsWith(open.mark)) open = undefined
  }
}
