import type { FieldsOf, Json, Kind, LearnedBy } from './kinds.ts'

/** A record as it now stands at the provider: complete, not a patch. */
export interface Upsert<K extends Kind = Kind> {
  readonly op: 'upsert'
  readonly kind: K
  readonly remoteId: string
  /** The provider's own time of the record's last change; null where it has none, then observation order decides. */
  readonly version: Date | null
  readonly fields: FieldsOf[K]
  /** Exactly as received. */
  readonly native: Json
  /**
   * What its mapping took from elsewhere, such as the thread that a message came in: with `native` it is enough to map the
   * record again. Shown to nobody; null when it is left out.
   */
  readonly beside?: Json
  /**
   * `partial`: it came with less than the provider holds, such as words without their markup. Of the same version the
   * whole stands, whenever it was observed. `whole` when it is left out.
   */
  readonly fidelity?: 'whole' | 'partial'
}

/** What is kept of a record as it came: enough to map it again. */
export interface StoredRecord extends Pick<Upsert, 'remoteId' | 'version' | 'native'> {
  /** Null when it was left out. */
  readonly beside: Json
  readonly fidelity: 'whole' | 'partial'
}

/** A record that is gone at the provider. The row stays as a tombstone. */
export interface Deletion {
  readonly op: 'delete'
  readonly kind: Kind
  readonly remoteId: string
  /** The record that took this one's place, when it went by a merge. */
  readonly mergedIntoRemoteId: string | null
}

/** One thing to store, of any kind. */
export type Change = { [K in Kind]: Upsert<K> }[Kind] | Deletion

/**
 * As what a change is told to followers. `backfill` is history read for the first time; it is no news to a subscriber. `remap` is what was
 * stored, mapped anew: nothing happened at the provider.
 */
export type Origin = 'webhook' | 'sync' | 'backfill' | 'mutation' | 'remap'

/** A stream's place, stored with the rows that it stands behind. */
export interface Checkpoint {
  readonly stream: string
  readonly cursor: Json
}

/** A record of a stream that could not be read, or was not as the provider promises. */
export interface FailedRecord {
  /** Null when the record does not even say who it is: then it cannot be asked for again. */
  readonly remoteId: string | null
  /** In our words, never the customer's. */
  readonly reason: string
}

/** How single records of a stream fared, beside the changes that came of them. */
export interface Reading {
  readonly stream: string
  /** Of which the stream's own records are; others come along with them. */
  readonly kind: Kind
  /** Remote ids of those that were read well: they leave the quarantine. */
  readonly read: readonly string[]
  /** Those that were not: they are kept in quarantine, to be read again later. */
  readonly failed: readonly FailedRecord[]
}

/** A step of an audit, stored with what it healed. */
export interface AuditStep {
  readonly stream: string
  readonly kind: Kind
  /** Which pass it belongs to; a step of one that is over, or was begun anew, leaves no trace in the ledger. */
  readonly pass: string
  /** Records that it met, and why one could not be brought up to date; null when it was, or had no need. */
  readonly seen: readonly { readonly remoteId: string; readonly reason: string | null }[]
  /** A page was read to its end: where the next one is, and what the page told besides. Null in the middle of one. */
  readonly page: {
    readonly cursor: Json
    readonly done: boolean
    readonly told: number | null
    readonly nameless: number
  } | null
}

/** Changes that become true together, from one integration. */
export interface Batch {
  readonly integrationId: string
  readonly changes: readonly Change[]
  /** When the provider was asked: the moment before the request went out, or the delivery came in. */
  readonly observedAt: Date
  /** By which way that was. Null only of what is mapped again and was stored before this was kept. */
  readonly learnedBy: LearnedBy | null
  readonly origin: Origin
  /**
   * What came to be after this moment is told as `sync` whatever the origin says, and so is every deletion: while history
   * is read for the first time, life goes on. A message comes to be when it is written, all else when it last changes.
   */
  readonly newsSince?: Date
  readonly checkpoint?: Checkpoint
  readonly reading?: Reading
  readonly audit?: AuditStep
}

/** What `apply` did: rows that changed, by kind and what became of them. Unchanged and stale rows are not in it. */
export interface Applied {
  readonly changed: readonly {
    readonly kind: Kind
    readonly id: string
    readonly remoteId: string
    readonly op: EventOp
  }[]
  /** What cannot be kept. With a `reading` it is in quarantine: the stream's own by itself, and a message with its thread. */
  readonly refused: readonly Refused[]
}

/** A record that the database cannot hold: nested too deep, or under an id that is none. */
export interface Refused {
  readonly kind: Kind
  readonly remoteId: string
  /** In our words, never the customer's. */
  readonly reason: string
}

export type EventOp = 'created' | 'updated' | 'deleted'

/** A mirrored kind; or `integration` for the state of an integration itself, `customer` for one person, `bulkJob` for a job, `send` for a send. */
export type EventKind = Kind | 'integration' | 'customer' | 'bulkJob' | 'send'

/** One thing that changed, in commit order. Retained for a while; the rows themselves are the truth about the present. */
export interface StoreEvent {
  /** Opaque, ordered by commit. `after:` takes it. */
  readonly cursor: string
  readonly workspaceId: string
  /** Null of what belongs to the whole workspace, as the provider then is. */
  readonly integrationId: string | null
  readonly provider: string | null
  readonly kind: EventKind
  readonly op: EventOp
  /** The row's id. */
  readonly rowId: string
  /** The thread that a message or rating stands in. */
  readonly conversationId: string | null
  readonly ticketId: string | null
  readonly origin: Origin
  readonly at: Date
}

/**
 * Told in place of events that the log holds no longer, or never held: whoever follows may have missed some, reads again
 * what it shows, and is told what comes after `cursor`.
 */
export interface LogGap {
  readonly kind: 'gap'
  /** The place that was asked for, after which events are missing. */
  readonly from: string
  /** The place from which on nothing is missing. */
  readonly cursor: string
  /** When the last of the missing events was stored; null when the place is none of this log, or that is not known. */
  readonly until: Date | null
  /** When it was found. */
  readonly at: Date
}

/** What a follower is told. */
export type Told = StoreEvent | LogGap
