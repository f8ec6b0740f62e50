import { BadCursorError } from './errors.ts'

/** A place in the log of events: a transaction, and an event within it. Events are in commit order by these two. */
export interface Position {
  readonly xid: bigint
  readonly id: bigint
  /** The identity of the log that it is a place of, where that was said: eight hexadecimal digits. */
  readonly log?: string
}

/** A moment: where the log is readable up to, and what had committed. */
export interface Moment {
  readonly position: Position
  /** Whether a transaction had committed by then. Some may have that are not readable yet. */
  readonly isPast: (xid: bigint) => boolean
}

/** Reads PostgreSQL's `pg_snapshot`: `xmin:xmax:` and the transactions between them that were open. */
export function toMoment(snapshot: string, log: string): Moment {
  const [xmin = '0', xmax = '0', open = ''] = snapshot.split(':')
  const end = BigInt(xmax)
  const opened = new Set(open === '' ? [] : open.split(',').map(BigInt))
  return { position: { xid: BigInt(xmin), id: 0n, log }, isPast: (xid) => xid < end && !opened.has(xid) }
}

/** Whether `a` comes after `b`. */
export const isAfter = (a: Position, b: Position): boolean => a.xid > b.xid || (a.xid === b.xid && a.id > b.id)

/** PostgreSQL's bigint is signed. */
const LARGEST_ID = 2n ** 63n - 1n
/** Without the identity of a log, as cursors were before logs had one, or with it. */
const CURSOR = /^(?:[A-Za-z0-9_-]{21}[AQgw]|[A-Za-z0-9_-]{26}[AEIMQUYcgkosw048])$/
const LOG_AT = 16

/** The position as clients carry it: 27 letters, or 22 where the log was not said; opaque. Later ones are greater, byte for byte. */
export function toCursor({ xid, id, log = '' }: Position): string {
  const bytes = Buffer.alloc(LOG_AT + log.length / 2)
  bytes.writeBigUInt64BE(xid, 0)
  bytes.writeBigUInt64BE(id, 8)
  bytes.write(log, LOG_AT, 'hex')
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
  if (position.id > LARGEST_ID) return null
  return bytes.length > LOG_AT ? { ...position, log: bytes.toString('hex', LOG_AT) } : position
}
