import { BadCursorError } from './errors.ts'

/** A place in the log of events: a transaction, and an event within it. Events are in commit order by these two. */
export interface Position {
  readonly xid: bigint
  readonly id: bigint
}

/** A moment: where the log is readable up to, and what had committed. */
export interface Moment {
  readonly position: Position
  /** Whether a transaction had committed by then. Some may have that are not readable yet. */
  readonly isPast: (xid: bigint) => boolean
}

/** Reads PostgreSQL's `pg_snapshot`: `xmin:xmax:` and the transactions between them that were open. */
export function toMoment(snapshot: string): Moment {
  const [xmin = '0', xmax = '0', open = ''] = snapshot.split(':')
  const end = BigInt(xmax)
  const opened = new Set(open === '' ? [] : open.split(',').map(BigInt))
  return { position: { xid: BigInt(xmin), id: 0n }, isPast: (xid) => xid < end && !opened.has(xid) }
}

/** Whether `a` comes after `b`. */
export const isAfter = (a: Position, b: Position): boolean => a.xid > b.xid || (a.xid === b.xid && a.id > b.id)

/** PostgreSQL's bigint is signed. */
const LARGEST_ID = 2n ** 63n - 1n
const CURSOR = /^[A-Za-z0-9_-]{21}[AQgw]$/

/** The position as clients carry it: 22 letters, opaque. */
export function toCursor(position: Position): string {
  const bytes = Buffer.alloc(16)
  bytes.writeBigUInt64BE(position.xid, 0)
  bytes.writeBigUInt64BE(position.id, 8)
  return bytes.toString('base64url')
}

/** Whether the text has the shape of an event cursor. */
export const isCursor = (text: string): boolean => read(text) !== null

/** @throws BadCursorError the text is no event cursor */
export function fromCursor(text: string): Position {
  const position = read(text)
  if (position === null) throw new BadCursorError(`expected a cursor of an event, but got "${text.slice(0, 40)}"`)
  return position
}

function read(text: string): Position | null {
  if (!CURSOR.test(text)) return null
  const bytes = Buffer.from(text, 'base64url')
  const position = { xid: bytes.readBigUInt64BE(0), id: bytes.readBigUInt64BE(8) }
  return position.id > LARGEST_ID ? null : position
}
