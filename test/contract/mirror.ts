import type { Thread } from '../../kit/actions.ts'
import type { Change, FailedRecord } from '../../store/change.ts'
import type { Kind } from '../../store/kinds.ts'

/** An upsert of any kind, told apart by its kind. */
export type Row = Extract<Change, { op: 'upsert' }>

/** What a connector's changes add up to, in memory. */
export interface Mirror {
  apply(changes: readonly Change[]): void
  /** Every record that stands, in the order in which they came. */
  rows(): Row[]
  /** Remote ids of the records of one kind that stand. */
  ids(kind: Kind): string[]
  find(kind: Kind, remoteId: string): Row | null
  versions(kind: Kind, remoteIds: readonly string[]): Promise<ReadonlyMap<string, Date | null>>
  stored(kind: Kind): Promise<readonly string[]>
  /** Keeps in mind that records could not be read, and when they were asked for. */
  quarantine(failed: readonly FailedRecord[], at: Date): void
  lastAsked(remoteIds: readonly string[]): Promise<ReadonlyMap<string, Date>>
  copy(): Mirror
}

const isPartial = ({ fidelity }: Row): boolean => fidelity === 'partial'

type Rows = ReadonlyMap<string, Change>

/** Starts empty. As the store does, it keeps a record that is newer than the change. */
export function createMirror(begin: Rows = new Map(), asked: ReadonlyMap<string, Date> = new Map()): Mirror {
  const held = new Map(begin)
  const askedFor = new Map(asked)
  const keyOf = (kind: Kind, remoteId: string): string => `${kind} ${remoteId}`
  const find = (kind: Kind, remoteId: string): Row | null => {
    const row = held.get(keyOf(kind, remoteId))
    return row?.op === 'upsert' ? row : null
  }
  const rows = (): Row[] => [...held.values()].filter((row) => row.op === 'upsert')
  const ids = (kind: Kind): string[] =>
    rows()
      .filter((row) => row.kind === kind)
      .map((row) => row.remoteId)
  const isStale = (change: Change): boolean => {
    const row = find(change.kind, change.remoteId)
    const standing = row?.version ?? null
    if (change.op === 'delete') return false
    const order = change.version === null || standing === null ? 0 : change.version.getTime() - standing.getTime()
    return order < 0 || (order === 0 && isPartial(change) && row !== null && !isPartial(row))
  }
  return {
    apply(changes) {
      for (const change of changes) if (!isStale(change)) held.set(keyOf(change.kind, change.remoteId), change)
    },
    rows,
    ids,
    find,
    async versions(kind, remoteIds) {
      const found = remoteIds.map((remoteId) => find(kind, remoteId)).filter((row) => row !== null)
      return new Map(found.map((row) => [row.remoteId, row.version]))
    },
    async stored(kind) {
      return ids(kind)
    },
    quarantine(failed, at) {
      for (const { remoteId } of failed) if (remoteId !== null) askedFor.set(remoteId, at)
    },
    async lastAsked(remoteIds) {
      return new Map([...askedFor].filter(([remoteId]) => remoteIds.includes(remoteId)))
    },
    copy: () => createMirror(held, askedFor),
  }
}

/**
 * What was said in a thread, in the order in which it came. Of a ticket, what it is about was said too, where the provider
 * does not tell it as a message.
 */
export function wordsIn(mirror: Mirror, { kind, remoteId }: Thread): string[] {
  const rows = mirror.rows()
  const said = rows
    .filter((row) => row.kind === 'message')
    .filter(({ fields }) => (kind === 'ticket' ? fields.ticketRemoteId : fields.conversationRemoteId) === remoteId)
    .map(({ fields }) => fields.text ?? '')
  const about = rows.find((row) => row.kind === 'ticket' && row.remoteId === remoteId)
  const description = kind === 'ticket' && about?.kind === 'ticket' ? about.fields.description : null
  return description === null || said.includes(description) ? said : [description, ...said]
}
