import type { Database, Queryable } from '../database.ts'
import { writeEvents } from '../event-table.ts'
import { writeActs } from './acts.ts'
import { type Closure, gather } from './closure.ts'
import { decideApart, type Decider, decideTogether, takeBack, without } from './decisions.ts'
import { type Component, type Decision, partition } from './partition.ts'
import { readFacts } from './rekey.ts'
import { readIdentities, type Scope } from './rows.ts'
import { type CustomerChange, regroup, settle, toCustomerEvent, toKeyed } from './settle.ts'

/** Why something about two contacts was not done. */
export type Refusal =
  /** They are one and the same. */
  | 'SAME_CONTACT'
  /** The first, or the other, is not there: unknown, deleted, or another workspace's. */
  | 'NO_CONTACT'
  | 'NO_OTHER'
  /** They are one customer already. */
  | 'ALREADY_ONE'
  /** They are not one customer. */
  | 'NOT_ONE'

/** What came of a decision: whose the contacts are now, in the order in which they were named; or why nothing was done. */
export type Decided =
  | { readonly refused: Refusal }
  | { readonly refused: null; readonly customerId: string; readonly others: readonly string[] }

/** What is asked for, and by whom. */
export interface Asked extends Decider {
  readonly contactId: string
  readonly otherId: string | null
}

/** The workspace as it is found under the lock. */
interface Stand extends Closure {
  readonly scope: Scope
  componentOf(id: string): Component
}

/** Says that two contacts are one person: until it is taken back, whatever else was decided before. */
export const link = (database: Database, asked: Asked & { readonly otherId: string }): Promise<Decided> =>
  decide(database, asked, async (tx, stand) => {
    const { contactId, otherId } = asked
    const [one, other] = [stand.componentOf(contactId), stand.componentOf(otherId)]
    if (one.customerId === other.customerId) return 'ALREADY_ONE'
    const lifted = stand.decisions.filter(
      (each) =>
        each.verdict === 'APART' &&
        ((one.contactIds.includes(each.contactId) && other.contactIds.includes(each.otherId)) ||
          (one.contactIds.includes(each.otherId) && other.contactIds.includes(each.contactId))),
    )
    await decideTogether(tx, asked, { contactId, otherId, lifted: lifted.map(({ id }) => id) })
    await writeActs(stand.scope, [{ type: 'LINKED', contactId, otherId, evidence: 'MEMBER', memberId: asked.memberId }])
    return { touched: [], partedFrom: [otherId] }
  })

/**
 * Says that a contact is another person than one other; without one, than everybody. What people had linked is taken
 * back, which leaves all else as it was before; what is still together is set apart.
 */
export const unlink = (database: Database, asked: Asked): Promise<Decided> =>
  decide(database, asked, async (tx, stand) => {
    const { contactId, otherId, workspaceId } = asked
    const { contactIds } = stand.componentOf(contactId)
    if (otherId === null ? contactIds.length < 2 : !contactIds.includes(otherId)) return 'NOT_ONE'
    const undone = otherId === null ? linksOf(stand.decisions, contactId) : linksTowards(stand, contactId, otherId)
    const touched = await takeBack(tx, workspaceId, undone)
    const otherIds = stillWith({ ...stand, decisions: without(stand.decisions, undone) }, asked)
    await decideApart(tx, asked, { contactId, otherIds })
    await writeActs(stand.scope, [{ type: 'UNLINKED', contactId, otherId, evidence: null, memberId: asked.memberId }])
    return { touched, partedFrom: otherId === null ? contactIds.filter((id) => id !== contactId) : [otherId] }
  })

type Work = (
  tx: Queryable,
  stand: Stand,
) => Promise<Refusal | { readonly touched: readonly string[]; readonly partedFrom: readonly string[] }>

/** One decision, whole: under the lock it is checked, kept and followed, and told of. */
function decide(database: Database, asked: Asked, work: Work): Promise<Decided> {
  const { workspaceId, contactId, otherId } = asked
  return database.transaction(workspaceId, async (tx): Promise<Decided> => {
    if (contactId === otherId) return { refused: 'SAME_CONTACT' }
    const named = otherId === null ? [contactId] : [contactId, otherId]
    // Takes the lock, and first brings in line what was stored by a version without customers.
    const settled = await settle(tx, workspaceId, named)
    const scope = { queryable: tx, workspaceId }
    const seeds = await readIdentities(scope, { contactIds: named })
    const isThere = (id: string): boolean => seeds.some((row) => row.contactId === id)
    if (!isThere(contactId)) return { refused: 'NO_CONTACT' }
    if (otherId !== null && !isThere(otherId)) return { refused: 'NO_OTHER' }
    const closure = await gather(scope, { rows: seeds })
    const components = partition([...closure.rows.values()].map(toKeyed), closure.decisions, closure.crowded)
    const componentOf = (id: string): Component => {
      const found = components.find(({ contactIds }) => contactIds.includes(id))
      if (found === undefined) throw new Error(`contact ${id} is in no component`)
      return found
    }
    const done = await work(tx, { ...closure, scope, componentOf })
    if (typeof done === 'string') {
      await tell(scope, contactId, settled)
      return { refused: done }
    }
    const rows = [...closure.rows.values(), ...(await readIdentities(scope, { contactIds: done.touched }))]
    const { changes } = await regroup(scope, { rows })
    await tell(scope, contactId, [...settled, ...changes])
    const now = new Map(
      (await readIdentities(scope, { contactIds: [contactId, ...done.partedFrom] })).map((row) => [
        row.contactId,
        row.customerId,
      ]),
    )
    const customerId = now.get(contactId) ?? contactId
    const others = done.partedFrom.map((id) => now.get(id)).filter((id) => id !== undefined)
    return { refused: null, customerId, others: [...new Set(others)].filter((id) => id !== customerId) }
  })
}

/** The links that people made of a contact. */
const linksOf = (decisions: readonly Decision[], contactId: string): readonly Decision[] =>
  decisions.filter(
    ({ verdict, ...each }) => verdict === 'TOGETHER' && (each.contactId === contactId || each.otherId === contactId),
  )

/** Those of the links that people made of a contact that lead to another, over whichever others. */
function linksTowards({ decisions }: Stand, contactId: string, otherId: string): readonly Decision[] {
  const own = linksOf(decisions, contactId)
  const elsewhere = decisions.filter((each) => each.verdict === 'TOGETHER' && !own.includes(each))
  const reached = new Set([otherId])
  // A set hands out what is added to it while it is walked through.
  for (const id of reached) {
    for (const each of elsewhere) {
      if (each.contactId === id) reached.add(each.otherId)
      if (each.otherId === id) reached.add(each.contactId)
    }
  }
  return own.filter((each) => reached.has(each.contactId) || reached.has(each.otherId))
}

/** Whom a contact has to be set apart from, so that it is not with the other any more; without one, with nobody. */
function stillWith(
  { rows, decisions, crowded }: Closure,
  { contactId, otherId }: Pick<Asked, 'contactId' | 'otherId'>,
): readonly string[] {
  const contacts = [...rows.values()].map(toKeyed)
  const apart: Decision[] = []
  for (;;) {
    const components = partition(contacts, [...decisions, ...apart], crowded)
    const own = components.find(({ contactIds }) => contactIds.includes(contactId))?.contactIds ?? []
    // Out of one customer, a contact may fall to another, which it had been kept from.
    const found = own.filter((id) => id !== contactId && (otherId === null || id === otherId))
    if (found.length === 0) return apart.map((each) => each.otherId)
    for (const id of found) {
      apart.push({ id, place: Number.MAX_VALUE, verdict: 'APART', contactId, otherId: id, liftedBy: [] })
    }
  }
}

/** Tells of customers in the name of the account whose contact was named. */
async function tell(scope: Scope, contactId: string, changes: readonly CustomerChange[]): Promise<void> {
  const [contact] = await readFacts(scope, [contactId])
  if (contact === undefined) return
  const drafts = changes.map((change) => toCustomerEvent(change, { ...contact, origin: 'mutation' }))
  await writeEvents(scope.queryable, scope.workspaceId, drafts)
}
