import type { ContactRow } from '../kinds.ts'
import { toSearchable } from '../words.ts'
import type { IdentityKeys } from './keys.ts'

/** One person, as lists show them: what their contacts say, brought together. */
export interface CustomerRow {
  /** The row id of the smallest of its contacts. */
  readonly id: string
  readonly workspaceId: string
  readonly name: string | null
  /** Each once, as they are compared where they can be. */
  readonly emails: readonly string[]
  readonly phones: readonly string[]
  readonly avatarUrl: string | null
  readonly providers: readonly string[]
  readonly contactCount: number
  readonly createdAt: Date | null
  readonly updatedAt: Date | null
  readonly lastSeenAt: Date | null
}

/** The select list of a `CustomerRow` from a table or subquery called `alias`. */
export const customerColumns = (alias: string): string =>
  `${alias}.id, ${alias}.workspace_id as "workspaceId", ${alias}.name, ${alias}.emails, ${alias}.phones,
   ${alias}.avatar_url as "avatarUrl", ${alias}.providers, ${alias}.contact_count as "contactCount",
   ${alias}.created_at as "createdAt", ${alias}.updated_at as "updatedAt", ${alias}.last_seen_at as "lastSeenAt"`

/** What a customer is made of: as much of each contact as is shown or searched for. */
export type Facts = Pick<
  ContactRow,
  | 'id'
  | 'integrationId'
  | 'provider'
  | 'role'
  | 'name'
  | 'email'
  | 'emailVerified'
  | 'phone'
  | 'externalId'
  | 'avatarUrl'
  | 'createdAt'
  | 'updatedAt'
  | 'lastSeenAt'
>

/** A contact as a customer is made of it: with its keys, which are dear to make. */
export type Member = Facts & { readonly keys: Pick<IdentityKeys, 'email' | 'phone'> }

/** A customer made of its contacts; a pure function of them, whatever order they come in. `search` is its words. */
export function toCustomer(
  workspaceId: string,
  contacts: readonly Member[],
): CustomerRow & { readonly search: string } {
  const members = contacts.toSorted(compareFacts)
  const emails = unique(members.map(({ keys, email }) => keys.email ?? email?.trim()))
  const phones = unique(members.map(({ keys, phone }) => keys.phone ?? phone?.trim()))
  const names = unique(members.map(({ name }) => name?.trim()))
  const known = unique(members.map(({ externalId }) => externalId))
  return {
    id: members.map(({ id }) => id).toSorted()[0] ?? '',
    workspaceId,
    name: names[0] ?? null,
    emails,
    phones,
    avatarUrl: unique(members.map(({ avatarUrl }) => avatarUrl))[0] ?? null,
    providers: unique(members.map(({ provider }) => provider)).toSorted(),
    contactCount: members.length,
    createdAt: times(members.map(({ createdAt }) => createdAt))[0] ?? null,
    updatedAt: times(members.map(({ updatedAt }) => updatedAt)).at(-1) ?? null,
    lastSeenAt: times(members.map(({ lastSeenAt }) => lastSeenAt)).at(-1) ?? null,
    search: toSearchable([...names, ...emails, ...phones, ...known].join(' ')),
  }
}

/** Whose name and picture are shown first: of who signed up, and of them whoever is known longest. */
function compareFacts(a: Facts, b: Facts): number {
  const rank = ({ role }: Facts): number => (role === 'USER' ? 0 : 1)
  const since = ({ createdAt }: Facts): number => createdAt?.getTime() ?? Number.MAX_VALUE
  return rank(a) - rank(b) || since(a) - since(b) || (a.id < b.id ? -1 : 1)
}

const unique = (values: readonly (string | null | undefined)[]): readonly string[] =>
  [...new Set(values.filter((value) => value != null && value !== ''))] as string[]

const times = (dates: readonly (Date | null)[]): readonly Date[] =>
  dates.filter((date) => date !== null).toSorted((a, b) => a.getTime() - b.getTime())
