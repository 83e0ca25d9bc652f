/**
 * Drops symbol tables and debug information from a 64-bit little-endian ELF file, so that the result depends on no
 * strip of the build host, and both architectures can be done on either.
 *
 * Everything the loader needs lies in the segments, at the front; what follows the last of them is cut off and replaced
 * by a section table that names only what is left.
 *
 * @throws when the file is laid out in another way.
 * @see https://refspecs.linuxfoundation.org/elf/gabi4+/contents.html
 */
export function stripElf(file: Buffer): Buffer {
  if (file.readUInt32BE(0) !== 0x7f454c46 || file[4] !== 2 || file[5] !== 1) {
    throw new Error('Not a 64-bit little-endian ELF file')
  }
  const sections = readSections(file)
  const names = section(sections, file.readUInt16LE(header.sectionNamesIndex))
  const end = endOfSegments(file)
  const kept = sections.filter(({ index, flags }) => index === 0 || (flags & allocated) !== 0n)
  const newIndex = new Map([...kept, names].map(({ index }, position) => [index, position]))

  const nameTable: Buffer[] = [Buffer.from([0])]
  let nameOffset = 1
  const tableAt = (bytes: number) => Math.ceil((end + bytes) / 8) * 8
  const table = [...kept, names].map((old) => {
    if (old !== names && old.type !== noBits && old.offset + old.size > end) {
      throw new Error(`Section ${old.index} is loaded but lies outside all segments`)
    }
    const entry = Buffer.from(old.bytes)
    if (old.index !== 0) {
      const name = Buffer.concat([nameOf(file, names, old), Buffer.from([0])])
      entry.writeUInt32LE(nameOffset, 0)
      nameTable.push(name)
      nameOffset += name.length
    }
    // A link to a section that is gone (it can only be the static symbol table) is no link.
    entry.writeUInt32LE(newIndex.get(old.link) ?? 0, sectionField.link)
    if (infoIsSection(old)) entry.writeUInt32LE(newIndex.get(old.info) ?? 0, sectionField.info)
    return entry
  })
  const last = table.at(-1) as Buffer
  last.writeBigUInt64LE(BigInt(end), sectionField.offset)
  last.writeBigUInt64LE(BigInt(nameOffset), sectionField.size)

  const out = Buffer.alloc(tableAt(nameOffset) + table.length * sectionSize)
  file.copy(out, 0, 0, end)
  Buffer.concat(nameTable).copy(out, end)
  Buffer.concat(table).copy(out, tableAt(nameOffset))
  out.writeBigUInt64LE(BigInt(tableAt(nameOffset)), header.sectionTable)
  out.writeUInt16LE(table.length, header.sectionCount)
  out.writeUInt16LE(table.length - 1, header.sectionNamesIndex)
  return out
}

type Section = {
  readonly index: number
  readonly bytes: Buffer
  readonly type: number
  readonly flags: bigint
  readonly offset: number
  readonly size: number
  readonly link: number
  readonly info: number
}

const header = {
  programTable: 32,
  sectionTable: 40,
  programCount: 56,
  sectionCount: 60,
  sectionNamesIndex: 62,
}
const sectionField = { type: 4, flags: 8, offset: 24, size: 32, link: 40, info: 44 }
const programField = { offset: 8, fileSize: 32 }
const sectionSize = 64
const programSize = 56
const allocated = 2n
const infoLink = 0x40n
const noBits = 8
const relocationTypes = [4, 9]

function readSections(file: Buffer): Section[] {
  const start = Number(file.readBigUInt64LE(header.sectionTable))
  return Array.from({ length: file.readUInt16LE(header.sectionCount) }, (_, index) => {
    const bytes = file.subarray(start + index * sectionSize, start + (index + 1) * sectionSize)
    return {
      index,
      bytes,
      type: bytes.readUInt32LE(sectionField.type),
      flags: bytes.readBigUInt64LE(sectionField.flags),
      offset: Number(bytes.readBigUInt64LE(sectionField.offset)),
      size: Number(bytes.readBigUInt64LE(sectionField.size)),
      link: bytes.readUInt32LE(sectionField.link),
      info: bytes.readUInt32LE(sectionField.info),
    }
  })
}

function section(sections: readonly Section[], index: number): Section {
  const found = sections[index]
  if (found === undefined) throw new Error(`No section ${index} among ${sections.length}`)
  return found
}

function endOfSegments(file: Buffer): number {
  const start = Number(file.readBigUInt64LE(header.programTable))
  const ends = Array.from({ length: file.readUInt16LE(header.programCount) }, (_, index) => {
    const entry = start + index * programSize
    return Number(
      file.readBigUInt64LE(entry + programField.offset) + file.readBigUInt64LE(entry + programField.fileSize),
    )
  })
  return Math.max(...ends)
}

function nameOf(file: Buffer, names: Section, { bytes }: Section): Buffer {
  const start = names.offset + bytes.readUInt32LE(0)
  return file.subarray(start, file.indexOf(0, start))
}

function infoIsSection({ flags, type }: Section): boolean {
  return (flags & infoLink) !== 0n || relocationTypes.includes(type)
}
