import type { BulkReferences, BulkWork } from '../store/bulk/work.ts'
import type { Acting, ActionName, Actions, Outcome, Taggable, TicketPatch } from './actions.ts'
import type { AccountClient } from './account-client.ts'

/** One action on a record, ready to be done: by whichever connector offers it. */
export interface Step {
  readonly name: ActionName
  /** Null where it is not offered. */
  readonly of: (actions: Actions) => ((client: AccountClient, acting: Acting) => Promise<Outcome>) | null
}

/** The remote ids of an account's tags, by name: of a name that it has in several spellings, several. */
export type TagIds = ReadonlyMap<string, readonly string[]>

/**
 * What a bulk job does to one record, in order. It may be begun anew anywhere: each step sets what it is about, and
 * setting it twice is the same as once.
 */
export function stepsOf(work: BulkWork, record: Taggable, tagIds: TagIds): readonly Step[] {
  return [
    ...changing(work, record),
    ...work.addTags.map((name) => tagging(record, name)),
    ...work.removeTags.flatMap((name) => tagIds.get(name) ?? []).map((tagRemoteId) => untagging(record, tagRemoteId)),
  ]
}

/** Which input field names a record of another account than this; null when none does. */
export function foreignField({ references }: BulkWork, integrationId: string): string | null {
  const [found] = (['assignee', 'team', 'company'] as const).filter((each) => {
    const named = references[each]
    return named != null && named.integrationId !== integrationId
  })
  return found === undefined ? null : `${found}Id`
}

function changing({ fields, references }: BulkWork, { kind, remoteId }: Taggable): readonly Step[] {
  if (kind === 'conversation') return assigning(references, remoteId)
  const { dueAt, ...plain } = fields
  const patch: TicketPatch = {
    ...plain,
    ...(dueAt === undefined ? {} : { dueAt: dueAt === null ? null : new Date(dueAt) }),
    ...remoteIds(references),
  }
  if (kind !== 'ticket' || Object.keys(patch).length === 0) return []
  const of: Step['of'] = ({ updateTicket }) =>
    updateTicket === undefined
      ? null
      : (client, acting) => updateTicket(client, { ...acting, ticketRemoteId: remoteId, patch })
  return [{ name: 'updateTicket', of }]
}

function remoteIds({ assignee, team, company }: BulkReferences): { readonly [key: string]: string | null } {
  const named = { assigneeRemoteId: assignee, teamRemoteId: team, companyRemoteId: company }
  return Object.fromEntries(
    Object.entries(named).flatMap(([word, reference]) =>
      reference === undefined ? [] : [[word, reference?.remoteId ?? null]],
    ),
  )
}

/** An assignment says both at once: with neither, the conversation is nobody's. */
function assigning({ assignee, team }: BulkReferences, conversationRemoteId: string): readonly Step[] {
  if (assignee === undefined && team === undefined) return []
  const to = { assigneeRemoteId: assignee?.remoteId ?? null, teamRemoteId: team?.remoteId ?? null }
  const of: Step['of'] = ({ assign }) =>
    assign === undefined ? null : (client, acting) => assign(client, { ...acting, ...to, conversationRemoteId })
  return [{ name: 'assign', of }]
}

function tagging(target: Taggable, name: string): Step {
  const of: Step['of'] = ({ tag }) =>
    tag === undefined ? null : (client, acting) => tag(client, { ...acting, target, name })
  return { name: 'tag', of }
}

function untagging(target: Taggable, tagRemoteId: string): Step {
  const of: Step['of'] = ({ untag }) =>
    untag === undefined ? null : (client, acting) => untag(client, { ...acting, target, tagRemoteId })
  return { name: 'untag', of }
}
