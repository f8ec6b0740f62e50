import type { TestDatabase } from '../../setup/database.ts'
import { apply } from '../../../store/apply.ts'
import type { Batch, Change } from '../../../store/change.ts'
import { rowId } from '../../../store/id.ts'
import { type Identities, openIdentities } from '../../../store/identity/identities.ts'
import type { ContactFields } from '../../../store/kinds.ts'
import { batch, makeIntegration, upsert } from '../records.ts'

/** A workspace with accounts at two tools, whose contacts have names of one letter: `a` is of the first, `A` of the second. */
export interface People {
  readonly workspaceId: string
  readonly identities: Identities
  /** The account that a contact is of. */
  accountOf(name: string): string
  idOf(name: string): string
  /** Stores contacts; every call is later than the one before. */
  say(contacts: Readonly<Record<string, Partial<ContactFields>>>, rest?: Partial<Batch>): Promise<void>
  /** Deletes a contact, or has it merged into another of its account. */
  remove(name: string, into?: string): Promise<void>
  link(one: string, other: string): Promise<string>
  unlink(one: string, other?: string): Promise<string>
  /** Who is one person: their names, sorted, as `aB`. */
  groups(): Promise<readonly string[]>
  /** All that is kept of who is one person, but what was done when. */
  kept(): Promise<unknown>
  /** What followers were told of customers since the last call: `updated a`. */
  told(): Promise<readonly string[]>
}

/** Makes one. */
export async function makePeople({ database }: TestDatabase): Promise<People> {
  const { workspaceId, integrationId: first } = await makeIntegration(database)
  const { integrationId: second } = await makeIntegration(database, { workspaceId, provider: 'zendesk' })
  const identities = openIdentities(database)
  const accountOf = (name: string): string => (name === name.toLowerCase() ? first : second)
  const idOf = (name: string): string => rowId(accountOf(name), 'contact', name)
  const names = new Map<string, string>()
  let second_ = 0
  let read = 0
  const applyEach = async (changes: readonly Change[], rest?: Partial<Batch>): Promise<void> => {
    second_ += 1
    for (const account of [first, second]) {
      const own = changes.filter(({ remoteId }) => accountOf(remoteId) === account)
      for (const { remoteId } of own) names.set(rowId(account, 'contact', remoteId), remoteId)
      if (own.length > 0) await apply(database, batch(account, second_, own, rest))
    }
  }
  const asked = (one: string, other: string | undefined) => ({
    workspaceId,
    memberId: null,
    contactId: idOf(one),
    otherId: other === undefined ? null : idOf(other),
  })
  return {
    workspaceId,
    identities,
    accountOf,
    idOf,
    say: (contacts, rest) =>
      applyEach(
        Object.entries(contacts).map(([name, fields]) => upsert('contact', name, { name, ...fields })),
        rest,
      ),
    remove: (name, into) =>
      applyEach([{ op: 'delete', kind: 'contact', remoteId: name, mergedIntoRemoteId: into ?? null }]),
    link: async (one, other) =>
      (await identities.link({ ...asked(one, other), otherId: idOf(other) })).refused ?? 'done',
    unlink: async (one, other) => (await identities.unlink(asked(one, other))).refused ?? 'done',
    async groups() {
      const rows = await database
        .workspace(workspaceId)
        .query<{ id: string; customer: string }>(`select contact_id as id, customer_id as customer from identity`)
      const grouped = Map.groupBy(rows, ({ customer }) => customer)
      return [...grouped.values()]
        .map((own) =>
          own
            .map(({ id }) => names.get(id) ?? id)
            .toSorted()
            .join(''),
        )
        .toSorted()
    },
    async kept() {
      const tables = ['identity', 'customer', 'identity_decision'] as const
      const own = database.workspace(workspaceId)
      return Promise.all(tables.map((table) => own.query(`select t::text as row from ${table} t order by 1`)))
    },
    async told() {
      const events = await database.system.query<{ op: string; id: string; xid: string; place: number }>(
        `select op, row_id as id from event where workspace_id = $1 and kind = 'customer' order by xid, id`,
        [workspaceId],
      )
      const fresh = events.slice(read)
      read = events.length
      return fresh.map(({ op, id }) => `${op} ${names.get(id) ?? id}`)
    },
  }
}
