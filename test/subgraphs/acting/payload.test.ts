import 'reflect-metadata'
import { graphql, type GraphQLSchema } from 'graphql'
import { pino } from 'pino'
import { Arg, Ctx, Directive, ID, Mutation, ObjectType, Query, Resolver } from 'type-graphql'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readConfig } from '../../../config.ts'
import { openFoundation, toServices } from '../../../foundation.ts'
import type { Outcome } from '../../../kit/actions.ts'
import { rowId, toNodeId } from '../../../store/id.ts'
import type { Viewer } from '../../../store/viewer.ts'
import { actAt } from '../../../subgraphs/acting/act.ts'
import { type Acted, notDone } from '../../../subgraphs/acting/acted.ts'
import { begin } from '../../../subgraphs/acting/begin.ts'
import { payloadOf } from '../../../subgraphs/acting/payload.ts'
import { contextFactory, type SubgraphContext } from '../../../subgraphs/context.ts'
import { Node } from '../../../subgraphs/interfaces/node.ts'
import { interfaceResolvers } from '../../../subgraphs/interfaces/parts.ts'
import { Record } from '../../../subgraphs/interfaces/record.ts'
import { Ticket } from '../../../subgraphs/interfaces/ticket.ts'
import { buildSubgraph, rowReference } from '../../../subgraphs/schema.ts'
import { fakeConnector } from '../../ingest/fake-connector.ts'
import { openTestStore } from '../../setup/store.ts'
import { at, batch, makeIntegration, upsert } from '../../store/records.ts'

const PROVIDER = 'invented'

@Directive('@key(fields: "id")')
@ObjectType('InventedTicket', { implements: [Node, Record, Ticket], simpleResolvers: true })
class InventedTicket {}

const payload = payloadOf('InventedTicketPayload', 'ticket', () => InventedTicket)

/** What such a provider has alone: its tickets are sung. */
@Resolver()
class InventedMutations {
  @Query(() => String)
  invented(): string {
    return PROVIDER
  }

  @Mutation(() => payload.Payload)
  async inventedSingTicket(@Arg('id', () => ID) id: string, @Ctx() context: SubgraphContext): Promise<Acted> {
    const begun = await begin(context, {}, { field: 'id', id, kinds: ['ticket'], checks: [] })
    if (begun.wrong !== null) return notDone(begun.wrong)
    const { row, asking } = begun
    const perform = async (): Promise<Outcome> => {
      const sung = upsert('ticket', row.remoteId, { subject: `${row.subject}, sung`, updatedAt: at(5) })
      return { changes: [sung], subject: { kind: 'ticket', remoteId: row.remoteId } }
    }
    return actAt(context, { ...asking, provider: PROVIDER, name: 'singTicket', perform })
  }
}

const opened = new AsyncDisposableStack()
let schema: GraphQLSchema
let run: (mutation: string) => Promise<unknown>
const ids = new Map<string, string>()

beforeAll(async () => {
  const { store, workspaceId, memberId } = opened.use(await openTestStore())
  const subgraph = await buildSubgraph({
    name: PROVIDER,
    resolvers: [InventedMutations, payload.resolver, ...interfaceResolvers],
    types: [InventedTicket],
    references: { InventedTicket: rowReference('ticket') },
  })
  schema = subgraph.schema
  for (const provider of [PROVIDER, 'intercom']) {
    const { integrationId } = await makeIntegration(store.database, { workspaceId, provider })
    await store.apply(batch(integrationId, 1, [upsert('ticket', '1', { subject: 'Lost parcel' })]))
    ids.set(provider, toNodeId('ticket', rowId(integrationId, 'ticket', '1')))
  }
  const config = readConfig({ SWITCHBOARD_DEMO: '0' }, 'all')
  const connectors = [{ ...fakeConnector, provider: PROVIDER, title: 'Invented' }]
  const foundation = opened.use(openFoundation(config, { store, connectors, logger: pino({ level: 'silent' }) }))
  const nothing = (): Promise<void> => Promise.resolve()
  const noIngest = {
    requestSync: nothing,
    requestAudit: nothing,
    requestSubscription: nothing,
    requestBulk: nothing,
    requestDeliveries: nothing,
  }
  const contextFor = contextFactory(toServices(config, foundation, noIngest))
  const viewer: Viewer = { workspaceId, memberId, role: 'AGENT', tokenId: 'test', expiresAt: null }
  run = async (source) => {
    const contextValue = contextFor(viewer, 'test', {})
    return JSON.parse(JSON.stringify(await graphql({ schema, source, contextValue })))
  }
})
afterAll(() => opened.disposeAsync())

const sing = (id: string | undefined): Promise<unknown> =>
  run(`mutation { inventedSingTicket(id: "${id}") { ticket { __typename subject } userErrors { code field } } }`)

test('a provider’s own mutation answers its own type, as the record now stands', async () => {
  expect(await sing(ids.get(PROVIDER))).toEqual({
    data: {
      inventedSingTicket: {
        ticket: { __typename: 'InventedTicket', subject: 'Lost parcel, sung' },
        userErrors: [],
      },
    },
  })
})

test('a record of another provider is refused, and nothing is answered of it', async () => {
  const refused = { ticket: null, userErrors: [{ code: 'UNSUPPORTED', field: null }] }
  expect(await sing(ids.get('intercom'))).toEqual({ data: { inventedSingTicket: refused } })
  const unknown = { ticket: null, userErrors: [{ code: 'NOT_FOUND', field: 'id' }] }
  expect(await sing('nonsense')).toEqual({ data: { inventedSingTicket: unknown } })
})
