import { z } from 'zod'
import type { AccountClient } from '../../kit/account-client.ts'
import { readWire } from '../../kit/read-wire.ts'
import { wholeList } from '../../kit/whole-list.ts'
import type { Change } from '../../store/change.ts'
import { type AppliesTo, fieldRemoteId } from '../../store/definition-id.ts'
import { toDataField, toTicketField } from './mapping-definitions.ts'
import { DESCRIPTION, TITLE } from './mapping-threads.ts'
import { wireDataAttribute, wireTicketAttribute } from './wire-definitions.ts'
import { PROVIDER, receive } from './wire.ts'

const NAME = 'definitions'
const ORIGIN = { provider: PROVIDER, stream: NAME }

const wireList = z.looseObject({ data: z.array(z.unknown()) })
const wireCustom = z.looseObject({ custom: z.literal(true) })
const wireTypes = z.looseObject({
  data: z.array(
    z.looseObject({ ticket_type_attributes: z.looseObject({ data: z.array(z.unknown()).nullish() }).nullish() }),
  ),
})
const wireNamed = z.looseObject({ model: z.enum(['contact', 'company']).nullish(), name: z.string().min(1) })

/** What every ticket has, which is no field of the account's own. */
const BUILT_IN: readonly string[] = [TITLE, DESCRIPTION]

async function readDataFields(client: AccountClient, signal: AbortSignal): Promise<unknown[]> {
  const answer = await client.request({ method: 'GET', path: '/data_attributes', signal })
  return readWire(wireList, answer.body, ORIGIN).data.filter((each) => wireCustom.safeParse(each).success)
}

/** Each name once, though several sorts of tickets have it. */
async function readTicketFields(client: AccountClient, signal: AbortSignal): Promise<unknown[]> {
  const answer = await client.request({ method: 'GET', path: '/ticket_types', signal })
  const all = readWire(wireTypes, answer.body, ORIGIN).data.flatMap((type) => type.ticket_type_attributes?.data ?? [])
  const byId = new Map(all.map((each) => [remoteIdOf(each), each]))
  return [...byId.values()].filter((each) => !BUILT_IN.includes(wireNamed.safeParse(each).data?.name ?? ''))
}

const ownerOf = (model: 'contact' | 'company' | null | undefined): AppliesTo => model ?? 'ticket'

function remoteIdOf(record: unknown): string | null {
  const named = wireNamed.safeParse(record).data
  return named === undefined ? null : fieldRemoteId(ownerOf(named.model), named.name)
}

/** The definition in a record as it was listed. @throws MalformedError */
export const toDefinition = (record: unknown): Change =>
  wireNamed.safeParse(record).data?.model == null
    ? toTicketField(receive(wireTicketAttribute, record, NAME))
    : toDataField(receive(wireDataAttribute, record, NAME))

/** The fields that the workspace gave its contacts, companies and tickets. Those of conversations have no list here. */
export const definitions = wholeList({
  name: NAME,
  kind: 'definition',
  everyMs: 60 * 60_000,
  readAll: async (client, signal) => [
    ...(await readDataFields(client, signal)),
    ...(await readTicketFields(client, signal)),
  ],
  remoteIdOf,
  map: toDefinition,
  readOne: null,
})
